"""How long the database is waited for, and when it is away rather than asked the wrong thing."""

from __future__ import annotations

import sqlite3

from flask import has_request_context
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
    TimeoutError,
)

PERSON_WAITS_SECONDS = 7
"""For one answer of the database, within a request."""


def patience() -> int | None:
    """Seconds that may be waited for the database; None where nobody sits and waits."""
    return PERSON_WAITS_SECONDS if has_request_context() else None


def is_away(error: BaseException | None) -> bool:
    """Whether the same transaction may succeed later.

    The connection was lost or refused, somebody else has the lock, or a deadlock had to have its
    victim. What is wrong with the statement itself stays wrong.
    """
    if isinstance(error, PendingRollbackError):
        return is_away(error.__context__)  # said where a connection was lost further down
    if isinstance(error, TimeoutError):
        return True  # all connections are taken, by others that wait
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        # "no such table" is an OperationalError as well, by the name of SQLITE_ERROR.
        name = getattr(error.orig, "sqlite_errorname", "SQLITE_ERROR")
        return isinstance(error, OperationalError) and name != "SQLITE_ERROR"
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def in_a_line(error: BaseException) -> str:
    """What the driver said, without the statement."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return " ".join(str(cause).split())[:200]
