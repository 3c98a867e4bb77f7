"""Alive, and ready: what load balancers ask."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from redis import Redis

from igny8_web import create_app
from igny8_web.cli import enable_migrations
from igny8_web.db import db_now
from igny8_web.extensions import db, transaction
from igny8_web.models import Beat
from igny8_web.services import readiness

from ..visitor import Visitor

SOON = 1.5
"""Seconds in which an answer has to be there, whatever is away."""


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    return empty_valkey


@pytest.fixture
def app(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Flask]:
    """The app on a database that the migrations made, and a reconciler that was just awake."""
    app = create_app(data_dir=tmp_path / "data", database_url=database_url, redis_url=redis_url)
    app.test_client_class = Visitor
    enable_migrations(app)
    with app.app_context():
        flask_migrate.upgrade()
        beat(0)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Somebody who takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def beat(seconds_ago: float) -> None:
    with transaction() as tx:
        tx.execute(sa.delete(Beat))
        tx.execute(sa.insert(Beat).values(name="reconciler", seen_at=db_now(-seconds_ago)))


def message(client: Visitor) -> str:
    """What /readyz says is missing; it is quick about it."""
    began = time.monotonic()
    answer = client.get("/readyz")
    assert time.monotonic() - began < SOON
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["error"]["code"] == "not_ready"
    return str(answer.json["error"]["message"])


def elsewhere(app: Flask, tmp_path: Path, **settings: str) -> Visitor:
    """The same installation, where some part is away."""
    config = app.extensions["igny8"].config
    same = {"database_url": config.database_url, "redis_url": config.redis_url}
    other = create_app(data_dir=tmp_path / "data", **{**same, **settings})
    other.test_client_class = Visitor
    client = other.test_client()
    assert isinstance(client, Visitor)
    return client


@pytest.mark.each_database(bare=True)
def test_all_is_there(client: Visitor) -> None:
    assert client.get("/healthz").json == {"data": {"status": "alive"}}
    answer = client.get("/readyz")
    assert answer.json == {"data": {"status": "ready"}}
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.each_database(bare=True)
def test_a_schema_that_is_older_than_the_code_is_not_ready(client: Visitor) -> None:
    with transaction() as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    assert message(client) == "Not ready: schema."


def test_a_schema_that_is_newer_than_the_code_is_ready(client: Visitor) -> None:
    """In a rolling upgrade the database goes first."""
    with transaction() as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert client.get("/readyz").status_code == 200


def test_a_database_that_was_never_set_up_is_not_ready(app: Flask, tmp_path: Path) -> None:
    client = elsewhere(app, tmp_path, database_url=f"sqlite:///{tmp_path / 'bare.db'}")
    assert message(client) == "Not ready: schema, reconciler."


def test_the_newest_revision_is_alembics() -> None:
    assert readiness.newest_revision() == (
        ScriptDirectory(str(readiness.MIGRATIONS)).get_current_head()
    )


@pytest.mark.each_database(bare=True)
def test_a_reconciler_that_went_silent_is_not_ready(client: Visitor) -> None:
    beat(55)
    assert client.get("/readyz").status_code == 200
    beat(65)
    assert message(client) == "Not ready: reconciler."
    with transaction() as tx:
        tx.execute(sa.delete(Beat))
    assert message(client) == "Not ready: reconciler."


def test_slow_rounds_are_given_time(app: Flask, tmp_path: Path) -> None:
    client = elsewhere(app, tmp_path, reconcile_seconds=60)  # type: ignore[arg-type]
    beat(200)
    assert client.get("/readyz").status_code == 200


def test_redis_that_refuses_is_not_ready(app: Flask, tmp_path: Path) -> None:
    client = elsewhere(app, tmp_path, redis_url=f"unix://{tmp_path / 'nobody.sock'}")
    assert message(client) == "Not ready: redis."


def test_redis_that_is_silent_is_not_ready(
    app: Flask, tmp_path: Path, silent: socket.socket
) -> None:
    client = elsewhere(app, tmp_path, redis_url=f"redis://127.0.0.1:{port_of(silent)}/0")
    assert message(client) == "Not ready: redis."


def test_a_redis_that_comes_back_is_ready_again(app: Flask, tmp_path: Path, valkey: str) -> None:
    path = tmp_path / "moving.sock"
    client = elsewhere(app, tmp_path, redis_url=f"unix://{path}")
    assert message(client) == "Not ready: redis."
    path.symlink_to(Redis.from_url(valkey).connection_pool.connection_kwargs["path"])
    assert client.get("/readyz").status_code == 200


def test_a_database_that_refuses_is_not_ready(app: Flask, tmp_path: Path) -> None:
    client = elsewhere(app, tmp_path, database_url=f"sqlite:///{tmp_path}/no/such/folder/x.db")
    assert message(client) == "Not ready: database."
    assert client.get("/healthz").status_code == 200


def test_a_database_that_is_silent_is_not_ready_and_not_asked_again_and_again(
    app: Flask, tmp_path: Path, silent: socket.socket
) -> None:
    url = f"postgresql+psycopg://me:hush@127.0.0.1:{port_of(silent)}/x"
    client = elsewhere(app, tmp_path, database_url=url)
    for _ in range(3):
        assert message(client) == "Not ready: database."
    assert client.get("/healthz").status_code == 200

    silent.setblocking(False)
    silent.accept()[0].close()
    with pytest.raises(BlockingIOError):
        silent.accept()
