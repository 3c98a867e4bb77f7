"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from igny8_web import create_app
from igny8_web.db import Base
from igny8_web.extensions import db


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The app on an empty SQLite database of its own, inside an app context; Redis is away."""
    app = create_app(
        data_dir=tmp_path / "data",
        database_url=f"sqlite:///{tmp_path / 'test.db'}",
        redis_url=f"unix://{tmp_path / 'no-redis.sock'}",
    )
    app.config["TESTING"] = True
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript that is not signed in."""
    return app.test_client()
