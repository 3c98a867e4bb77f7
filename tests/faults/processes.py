"""Processes from the outside: whose they are, and whether they still live."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
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
    """kill -9, all at once; they are dead, and whom they were connected to knows it, on return."""
    ends = _far_ends(pids)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(alive, pids)))
    # The kernel closes a connection a moment later than the process on a busy machine.
    until(lambda: not ends & {(here, there) for here, there, _ in _established()})


def _far_ends(pids: Sequence[int]) -> set[tuple[str, str]]:
    """Of the TCP connections that these processes share with no other, as the kernel writes it."""
    numbers = {int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()}
    mine = set().union(*map(_sockets, pids)) - set().union(*map(_sockets, numbers - set(pids)))
    return {(there, here) for here, there, socket in _established() if socket in mine}


def _sockets(pid: int) -> set[str]:
    found = set()
    with suppress(FileNotFoundError, ProcessLookupError, PermissionError):  # it ended just now
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed just now
                found.add(str(descriptor.readlink()))
    return found


def _established() -> list[tuple[str, str, str]]:
    """Local address, remote address and descriptor of every open IPv4 connection here."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [(at[1], at[2], f"socket:[{at[9]}]") for at in lines if at[3] == "01"]


def alive(pid: int) -> bool:
    """Whether any thread of it still runs; what it had open is closed when none does."""
    try:
        stats = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/stat")]
    except (FileNotFoundError, ProcessLookupError):
        return alive(pid)  # one of them ended just now
    return any(stat.rpartition(")")[2].split()[0] not in ("Z", "X") for stat in stats)
