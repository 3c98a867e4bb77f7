"""Connections to PostgreSQL that notice when nobody is there any more."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.errors import OperationalError, _WaitTimeout

from .waiting import patience

REACHABLE = {
    "connect_timeout": 3,
    # Seconds, and for the last one milliseconds. The kernel's own patience is hours for a server
    # that vanished without a word; on a unix socket none of these has a meaning.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Defaults of a connection; what the URL says wins."""


class Connection(psycopg.Connection[Any]):
    """Gives up within a request: the kernel of a server that hangs still says that all is well."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server, which psycopg would do for ever."""
        seconds = patience() if timeout is None else timeout
        try:
            return super().wait(gen, interval, seconds)
        except _WaitTimeout:
            self.close()  # what is still on its way would be taken for the next answer
            raise OperationalError(f"no answer within {seconds:g} s") from None


def connect(*args: Any, **params: Any) -> Connection:
    """What ``psycopg.connect`` does, with our defaults."""
    return Connection.connect(*args, **{**REACHABLE, **params})
