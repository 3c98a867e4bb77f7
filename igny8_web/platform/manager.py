"""A process manager for one Procfile: starts, relays output, restarts, and ends all of it.

honcho's own ends everything when one process exits, gives 5 seconds to stop, and forks a Python
beside each child; its Procfile and its printer are used here. One thread, no Flask: the manager
is to stay small beside what it runs.
"""

from __future__ import annotations

import selectors
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from .output import Output, Terminal
from .processes import Child, managed, send

LONGEST_PAUSE = 30.0
"""Seconds between two tries to start a process that keeps ending."""
HEALTHY = 60.0
"""Seconds after which a process that ends is no longer one that "keeps ending"."""


class StopRequested(Exception):
    """SIGINT, SIGTERM or SIGHUP arrived while something was waited for."""


@dataclass
class _Slot:
    """A child and what the manager remembers of it."""

    child: Child
    show: Callable[[str], None]
    stop_last: bool
    started: float = 0.0
    pause: float = 0.0
    restart_at: float | None = None


class Manager:
    """Runs children until it is told to stop. ``owner`` (the data folder) marks all of them."""

    def __init__(
        self,
        owner: str,
        env: Mapping[str, str],
        cwd: Path,
        *,
        out: TextIO = sys.stdout,
        first_pause: float = 1.0,
    ) -> None:
        self.stopping = False
        self._hurry = False
        self._owner, self._env, self._cwd = owner, env, cwd
        self._first_pause = first_pause
        self._slots: dict[str, _Slot] = {}
        self._selector = selectors.DefaultSelector()
        self._terminal = Terminal(out)
        self.say = self._terminal.voice("make run", colour=False)
        """Prints a line of the manager's own."""

    # ---- what is run --------------------------------------------------------------------

    def start(self, name: str, command: str, *, stop_last: bool = False) -> Child:
        """Start a child and show what it says."""
        return self._add(name, command, self._terminal.voice(name), stop_last=stop_last)

    def run(self, name: str, command: str) -> tuple[int, str]:
        """Run a child to its end; returns exit status and output. Raises StopRequested."""
        said: list[str] = []
        child = self._add(name, command, said.append)
        self.wait_for(lambda: not child.running)
        self._drain()
        del self._slots[name]
        assert child.status is not None
        return child.status, "\n".join(said)

    def _add(
        self, name: str, command: str, show: Callable[[str], None], *, stop_last: bool = False
    ) -> Child:
        child = Child(name, command, owner=self._owner)
        self._slots[name] = slot = _Slot(child, show, stop_last)
        self._launch(slot)
        return child

    def supervise(
        self, until: Callable[[], bool] = lambda: False, seconds: float = float("inf")
    ) -> bool:
        """Like :meth:`wait_for`, and start again what ends."""
        return self.wait_for(until, seconds, self._restart_ended)

    def wait_for(
        self,
        condition: Callable[[], bool],
        seconds: float = float("inf"),
        step: Callable[[], None] = lambda: None,
    ) -> bool:
        """Relay output until the condition holds; False when the time is over first.

        ``step`` is called at every turn. Raises StopRequested.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            if self.stopping:
                raise StopRequested
            if time.monotonic() > deadline:
                return False
            self._pump()
            step()
        return True

    # ---- stopping -----------------------------------------------------------------------

    def listen(self) -> None:
        """Take the signals: one to stop, a second Ctrl-C to stop at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: object) -> None:
        # make passes SIGTERM on, so that one may well come twice; a second Ctrl-C is a person.
        self._hurry = self._hurry or (self.stopping and number == signal.SIGINT)
        self.stopping = True

    def stop(self, grace: float = 30.0) -> None:
        """End every child and all they started, those with ``stop_last`` after the others."""
        self.stopping = True
        for last in (False, True):
            self._end([s.child for s in self._slots.values() if s.stop_last is last], grace)
        self._drain()

    def _end(self, group: list[Child], grace: float) -> None:
        began = time.monotonic()
        for child in group:
            child.terminate()
        asked: set[int] = set()
        while not self._all_ended(group):
            if time.monotonic() > began + (1.0 if self._hurry else grace):
                self._kill(group)
                return
            if not any(child.running for child in group):  # nobody is left to end the strays
                strays = self._strays(group)
                send(strays - asked, signal.SIGTERM)
                asked |= strays
            self._pump(0.05)

    def _kill(self, group: list[Child]) -> None:
        self.say(f"killing {', '.join(c.name for c in group if c.running) or 'what was left'}")
        deadline = time.monotonic() + 10  # for what even SIGKILL does not end: a dead disk
        while not self._all_ended(group) and time.monotonic() < deadline:
            for child in group:
                child.kill()
            send(self._strays(group), signal.SIGKILL)
            self._pump(0.05)

    def _all_ended(self, group: list[Child]) -> bool:
        return not any(child.running for child in group) and not self._strays(group)

    def _strays(self, group: list[Child]) -> set[int]:
        """What the group started and is alive; the children themselves left out."""
        names = {child.name for child in group}
        known = {child.pid for child in group if child.running}
        return {pid for pid, name in managed(self._owner).items() if name in names} - known

    # ---- one turn of the loop -----------------------------------------------------------

    def _pump(self, seconds: float = 0.2) -> bool:
        """Relay what the children say within that time; whether there was anything."""
        ready = self._selector.select(seconds)
        for key, _ in ready:
            output: Output = key.data
            if not output.relay():
                self._selector.unregister(output.pipe)
                output.pipe.close()
        return bool(ready)

    def _drain(self) -> None:
        for _ in range(1000):  # not for ever: somebody else may be talking all the time
            if not self._pump(0):
                return

    def _launch(self, slot: _Slot) -> None:
        slot.started, slot.restart_at = time.monotonic(), None
        output = Output(slot.child.start(self._env, self._cwd), slot.show)
        self._selector.register(output.pipe, selectors.EVENT_READ, output)

    def _restart_ended(self) -> None:
        now = time.monotonic()
        for slot in self._slots.values():
            if slot.child.running:
                continue
            if slot.restart_at is None:
                self._plan_restart(slot, now)
            elif now >= slot.restart_at:
                self._launch(slot)

    def _plan_restart(self, slot: _Slot, now: float) -> None:
        again = slot.pause and now - slot.started < HEALTHY
        slot.pause = min(slot.pause * 2, LONGEST_PAUSE) if again else self._first_pause
        slot.restart_at = now + slot.pause
        self._drain()
        # Its children are asked to end as well: they may hold the port or an item.
        send(self._strays([slot.child]), signal.SIGTERM)
        self.say(
            f"{slot.child.name} ended ({_how(slot.child.status)}); "
            f"starting it again in {slot.pause:g} s"
        )


def _how(status: int | None) -> str:
    if status is not None and status < 0:
        return signal.Signals(-status).name
    return f"exit status {status}"
