"""One process of ``make run``, and how to find everything that came of it.

A child leads a session of its own, is asked to end when its manager dies, and carries a mark in
its environment. Whatever it starts inherits the mark, so strays are found in ``/proc`` even after
their parents are gone; elsewhere than on Linux only the sessions of the children are known.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

OWNER, NAME = "IGNY8_MANAGED_BY", "IGNY8_PROCESS"
"""The mark: environment variables with the data folder and the child's name."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None)  # loaded before any fork


class Child:
    """A command that can be started again and again. Not started by its making."""

    def __init__(self, name: str, command: str, *, owner: str) -> None:
        self.name = name
        self._command = command
        self._mark = {OWNER: owner, NAME: name}
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self, env: Mapping[str, str], cwd: Path) -> IO[bytes]:
        """Start the command; returns its output, stdout and stderr in one."""
        manager = os.getpid()

        def end_with_manager() -> None:
            if sys.platform == "linux":
                _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
                if os.getppid() != manager:
                    os._exit(1)

        # exec, so that the process we know is the command itself and not a shell around it.
        self._popen = subprocess.Popen(  # noqa: S603 - the commands are the Procfile's
            ["/bin/sh", "-c", f"exec {self._command}"],
            env={**env, **self._mark},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_manager,  # safe: the manager has one thread
        )
        assert self._popen.stdout is not None
        return self._popen.stdout

    @property
    def pid(self) -> int:
        """Process id, and the id of its session."""
        assert self._popen is not None, f"{self.name} was never started"
        return self._popen.pid

    @property
    def status(self) -> int | None:
        """Exit status, minus the signal's number if killed; None while running or not started."""
        return None if self._popen is None else self._popen.poll()

    @property
    def running(self) -> bool:
        """Whether the process itself is alive."""
        return self._popen is not None and self._popen.poll() is None

    def terminate(self) -> None:
        """Ask the process to end; its own children are its own business."""
        if self.running:
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End the process and its group at once."""
        if self.running:
            os.killpg(self.pid, signal.SIGKILL)


def managed(owner: str) -> dict[int, str]:
    """Process id → child's name, for all that carry the mark of ``owner`` and are alive."""
    mark = f"{OWNER}={owner}".encode()
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environ = (folder / "environ").read_bytes()
        except OSError:  # ended just now, or somebody else's
            continue
        if mark not in environ:
            continue
        variables = environ.split(b"\0")
        if mark in variables:
            names = [v.partition(b"=")[2] for v in variables if v.startswith(f"{NAME}=".encode())]
            found[int(folder.name)] = os.fsdecode(names[0]) if names else ""
    return found


def send(pids: set[int], number: signal.Signals) -> None:
    """Signal each of them that still exists."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
