"""Waiting for conditions, and processes that are surely gone after a test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from igny8_web.platform.processes import managed, send

PROJECT = Path(__file__).resolve().parents[2]

LESS_URGENT = 5
"""The nice value of a started process."""
PATIENCE = 60.0
"""Seconds for what no test promises the time of, on a machine where much begins at once."""


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.02)


class Program:
    """A Python module, or ``make``, as a process of its own, its output in a file."""

    def __init__(self, folder: Path, *words: str, **env: str) -> None:
        self.owner = env.get("IGNY8_DATA_DIR", str(folder))
        self._said = folder / f"output-{time.monotonic_ns()}"
        # A test's process is to know nothing of a `make run` that runs the tests' machine.
        outside = {k: v for k, v in os.environ.items() if not k.startswith("IGNY8_")}
        with self._said.open("wb") as out:
            self.popen = subprocess.Popen(
                words if words[0] == "make" else [sys.executable, "-m", *words],
                cwd=PROJECT,
                env={**outside, "PYTHONUNBUFFERED": "1", **env},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        # A test's stopwatch must not wait while its neighbours' processes start. Linux shares the
        # processor among sessions before it looks at this, hence no session of their own above.
        os.setpriority(os.PRIO_PROCESS, self.popen.pid, LESS_URGENT)

    @property
    def said(self) -> str:
        return self._said.read_text(errors="replace")

    def until_said(self, text: str, seconds: float = PATIENCE) -> None:
        def found() -> bool:
            assert text in self.said or self.popen.poll() is None, self.said
            return text in self.said

        until(found, seconds)

    def send(self, number: signal.Signals) -> None:
        self.popen.send_signal(number)

    def wait(self, seconds: float = 20.0) -> int:
        return self.popen.wait(seconds)

    def clean_up(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        send(set(managed(self.owner)), signal.SIGKILL)
