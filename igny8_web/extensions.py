"""The extension object that every process has; those of the pages are in ``web/extensions``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from .db import Base, write_transaction
from .engines import engine_options
from .waiting import patience

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def init_app(app: Flask) -> None:
    """Give the extension the app."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)


def session() -> Session:
    """The session of this request or job, for reading."""
    return cast(Session, db.session())


@contextmanager
def transaction() -> Iterator[Session]:
    """:func:`igny8_web.db.write_transaction` on the session of this request or job."""
    with write_transaction(session(), patience()) as current:
        yield current
