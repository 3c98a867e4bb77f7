"""Alembic's entry point: online only, on the engine of the app."""

from __future__ import annotations

from alembic import context
from flask import current_app

from igny8_web import models  # noqa: F401 - fills the metadata
from igny8_web.db import WRITES, Base

engine = current_app.extensions["migrate"].db.engine
with engine.connect().execution_options(**{WRITES: True}) as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
