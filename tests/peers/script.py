"""What the test wants of the next calls: faults in turn, at random, and calls that are held."""

from __future__ import annotations

import random
import threading
from collections import defaultdict, deque
from collections.abc import Sequence

from .fault import Fault


class Script:
    """The test writes it, the peer's threads read it. A task of None means every task."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next: dict[str | None, deque[Fault | None]] = defaultdict(deque)
        self._always: dict[str | None, Fault] = {}
        self._random: tuple[random.Random, float, tuple[Fault, ...]] | None = None
        self._held: set[str | None] = set()
        self._releases = 0
        self._waiting: list[str | None] = []
        self._closing = False

    def will(self, task: str | None, *faults: Fault | None) -> None:
        """What happens to the next calls of this task, in order; None is nothing."""
        with self._changed:
            self._next[task].extend(faults)

    def always(self, task: str | None, fault: Fault) -> None:
        """What happens to every call that has no turn of its own."""
        with self._changed:
            self._always[task] = fault

    def at_random(self, seed: int, rate: float, faults: Sequence[Fault]) -> None:
        """One of these happens to this share of all calls that nothing else happens to."""
        with self._changed:
            self._random = (random.Random(seed), rate, tuple(faults))

    def forget_faults(self) -> None:
        """From now on all is well."""
        with self._changed:
            self._next.clear()
            self._always.clear()
            self._random = None

    def turn(self, kind: str, task: str | None) -> Fault | None:
        """What happens to this call."""
        with self._changed:
            for key in (task, None):
                if self._next[key]:
                    return self._fitting(self._next[key].popleft(), kind)
            for key in (task, None):
                if key in self._always:
                    return self._fitting(self._always[key], kind)
            if self._random is None or kind == "models":
                return None
            dice, rate, faults = self._random
            suitable = [fault for fault in faults if kind in fault.kinds]
            return dice.choice(suitable) if dice.random() < rate and suitable else None

    @staticmethod
    def _fitting(fault: Fault | None, kind: str) -> Fault | None:
        assert fault is None or kind in fault.kinds, f"{fault.name} cannot happen to {kind}"
        return fault

    def hold(self, task: str | None = None) -> None:
        """Let calls of this task wait until ``release``."""
        with self._changed:
            self._held.add(task)

    def release(self) -> None:
        """Let all go on that wait, and hold no more."""
        with self._changed:
            self._held.clear()
            self._releases += 1
            self._changed.notify_all()

    @property
    def waiting(self) -> list[str | None]:
        """The tasks of the calls that are held now."""
        with self._changed:
            return list(self._waiting)

    def wait_while_held(self, task: str | None) -> None:
        """Stay until released, if this task is held, or until the peer closes."""
        with self._changed:
            if not self._held & {task, None}:
                return
            seen = self._releases
            self._waiting.append(task)
            self._changed.wait_for(lambda: self._releases > seen or self._closing)
            self._waiting.remove(task)

    def close(self, closing: bool = True) -> None:
        """Wake everybody: the peer goes away (or comes back)."""
        with self._changed:
            self._closing = closing
            self._changed.notify_all()
