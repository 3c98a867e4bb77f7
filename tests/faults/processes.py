"""Processes from the outside: whose they are, and whether they still live."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from ..platform.helpers import Program, until


def children(pid: int) -> list[int]:
    """Its living children."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def job_of(worker: Program) -> int:
    """The process in which a plain ``rq worker`` runs the job in hand."""
    (job,) = children(worker.popen.pid)
    return job


def family(worker: Program) -> list[int]:
    """The program, its children and theirs."""
    found = [worker.popen.pid]
    for pid in found:
        found += children(pid)
    return found


def kill(*pids: int) -> None:
    """kill -9, all at once; they are dead and their connections closed when this returns."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(alive, pids)))


def alive(pid: int) -> bool:
    """Whether any thread of it still runs; what it had open is closed when none does."""
    try:
        stats = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/stat")]
    except (FileNotFoundError, ProcessLookupError):
        return alive(pid)  # one of them ended just now
    return any(stat.rpartition(")")[2].split()[0] not in ("Z", "X") for stat in stats)
