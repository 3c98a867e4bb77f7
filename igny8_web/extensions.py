"""The extension objects, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from flask import Flask
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from .db import Base, write_transaction

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Give each extension the app."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(Path(__file__).parent / "migrations"))
    login_manager.init_app(app)
    csrf.init_app(app)


def session() -> Session:
    """The session of this request or job, for reading."""
    return cast(Session, db.session())


@contextmanager
def transaction() -> Iterator[Session]:
    """:func:`igny8_web.db.write_transaction` on the session of this request or job."""
    with write_transaction(session()) as current:
        yield current
