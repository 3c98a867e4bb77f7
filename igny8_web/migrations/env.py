"""Alembic's entry point: online only, on the engine of the app."""

from __future__ import annotations

from alembic import context
from flask import current_app

from igny8_web import models  # noqa: F401 - fills the metadata
from igny8_web.db import Base
from igny8_web.engines import WRITES

engine = current_app.extensions["migrate"].db.engine
on_sqlite = engine.dialect.name == "sqlite"
with engine.connect().execution_options(**{WRITES: True}) as connection:
    if on_sqlite:
        # SQLite changes a table by a copy, and dropping the old one would empty its children
        # through their cascades. The switch works outside a transaction only:
        # https://www.sqlite.org/lang_altertable.html#otheralter
        connection.connection.execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=on_sqlite,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if on_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("a migration left rows that point at nothing; nothing was changed")
    if on_sqlite:
        connection.connection.execute("PRAGMA foreign_keys = ON")
