"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from igny8_web import create_app
from igny8_web.db import Base
from igny8_web.extensions import db
from igny8_web.models import User
from igny8_web.services import accounts

from .thrift import COMPILED_PAGES, hash_passwords_cheaply
from .visitor import PASSWORD, Visitor

pytest_plugins = ("tests.databases", "tests.engine", "tests.peers.fixtures", "tests.servers")
hash_passwords_cheaply()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits longest begins first: others fill the time beside it, and none is left at the end.

    ``pytest.mark.slow(seconds=60)`` says about how long that is.
    """
    items.sort(key=_waits, reverse=True)


def _waits(item: pytest.Item) -> int:
    return max((mark.kwargs.get("seconds", 0) for mark in item.iter_markers("slow")), default=0)


@pytest.fixture
def redis_url(tmp_path: Path) -> str:
    """Where no Redis answers; modules that want a real one override this."""
    return f"unix://{tmp_path / 'no-redis.sock'}"


@pytest.fixture
def app(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Flask]:
    """The app on an empty database of its own, inside an app context."""
    app = create_app(
        data_dir=tmp_path / "data",
        database_url=database_url,
        redis_url=redis_url,
    )
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = COMPILED_PAGES
    app.test_client_class = Visitor
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Visitor:
    """A browser without JavaScript that is not signed in."""
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    return visitor


@pytest.fixture
def owner(app: Flask) -> User:
    """The account of the installation's owner."""
    return accounts.create_user("owner@example.com", PASSWORD)


@pytest.fixture
def owner_client(client: Visitor, owner: User) -> Visitor:
    """The same browser after the owner signed in."""
    assert client.sign_in(owner.email).status_code == 302
    return client
