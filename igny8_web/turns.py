"""Writers of one SQLite file take turns.

SQLite lets a second writer poll with growing sleeps, up to 100 ms each: eight busy workers spent
more time asleep than at work. The kernel wakes the next one at once. It is a courtesy among our
own writers, not a safeguard: the database's own lock still holds.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


@contextmanager
def turn(bind: sa.Engine | sa.Connection) -> Iterator[None]:
    """Wait for our turn to write; other databases than a SQLite file need none."""
    database = bind.engine.url.database
    if bind.dialect.name != "sqlite" or not database or database == ":memory:":
        yield
        return
    with Path(f"{database}-turn").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # closing the file gives it back
        yield
