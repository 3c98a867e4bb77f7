"""Writers of one SQLite file take turns.

SQLite lets a second writer poll with growing sleeps, up to 100 ms each: eight busy workers spent
more time asleep than at work. The kernel wakes the next one at once. It is a courtesy among our
own writers, not a safeguard: the database's own lock still holds.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError


@contextmanager
def turn(bind: sa.Engine | sa.Connection, seconds: float | None = None) -> Iterator[None]:
    """Wait for our turn to write; other databases than a SQLite file need none.

    Raises OperationalError, "database is locked", when it does not come within ``seconds``.
    """
    database = bind.engine.url.database
    if bind.dialect.name != "sqlite" or not database or database == ":memory:":
        yield
        return
    with Path(f"{database}-turn").open("wb") as file:  # closing the file gives the turn back
        if seconds is None:
            fcntl.flock(file, fcntl.LOCK_EX)
        elif not _locked(file.fileno(), seconds):
            raise _busy(seconds)
        yield


def _locked(file: int, seconds: float) -> bool:
    """Lock the file within that time. The system call knows no limit: a thread waits for it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        ours, own = threading.Event(), os.dup(file)  # the lock is that of both

        def wait() -> None:
            fcntl.flock(own, fcntl.LOCK_EX)
            os.close(own)  # nobody has the lock now, where we were given up
            ours.set()

        threading.Thread(target=wait, name="turn", daemon=True).start()
        return ours.wait(seconds)
    return True


def _busy(seconds: float) -> OperationalError:
    """What SQLite itself says in this case."""
    said = sqlite3.OperationalError(f"database is locked: no turn to write within {seconds:g} s")
    said.sqlite_errorname = "SQLITE_BUSY"
    return OperationalError("BEGIN IMMEDIATE", None, said)
