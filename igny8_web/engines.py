"""What is done to each connection, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

WRITES = "igny8_writes"
"""Execution option of a connection that is going to write."""
PATIENCE = "igny8_patience"
"""Execution option: seconds to wait for another writer of a SQLite file."""

BUSY_SECONDS = 20
"""For another writer of a SQLite file, where no person waits."""
FROZEN_SECONDS = 20
"""A transaction in which nothing happens for so long is ended by PostgreSQL."""


def engine_options(url: str) -> dict[str, Any]:
    """How Flask-SQLAlchemy is to make the engine.

    A connection to a server is tried before it is used: after a restart all of them are dead.
    """
    if sa.make_url(url).get_backend_name() != "postgresql":
        return {}
    return {"pool_pre_ping": True, "pool_recycle": 1800, "pool_timeout": 5}


@sa.event.listens_for(Engine, "do_connect")
def _connect(dialect: sa.Dialect, _record: Any, args: Any, params: dict[str, Any]) -> Any:
    if dialect.driver != "psycopg":
        return None  # as SQLAlchemy does it
    from .postgres import connect  # loaded here: who runs on SQLite does without psycopg

    return connect(*args, **params)


@sa.event.listens_for(Engine, "connect")
def _prepare_connection(dbapi_connection: Any, _record: Any) -> None:
    if isinstance(dbapi_connection, sqlite3.Connection):
        dbapi_connection.isolation_level = None  # BEGIN is ours, see _begin_sqlite
        cursor = dbapi_connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()
    else:
        # Whoever freezes in a transaction, or vanishes with its machine, would keep rows locked
        # for hours. None of ours waits for anything but the database.
        with dbapi_connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{FROZEN_SECONDS}s'")
        dbapi_connection.commit()


@sa.event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a deferred one that upgrades later fails with
    # "database is locked", or works an item twice (366 of 400 in a measurement).
    if connection.dialect.name != "sqlite":
        return
    options = connection.get_execution_options()
    if not options.get(WRITES):
        connection.exec_driver_sql("BEGIN")
        return
    seconds = options.get(PATIENCE, BUSY_SECONDS)
    if connection.info.setdefault(PATIENCE, BUSY_SECONDS) != seconds:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {seconds * 1000}")
        connection.info[PATIENCE] = seconds
    connection.exec_driver_sql("BEGIN IMMEDIATE")
