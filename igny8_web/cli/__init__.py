"""The commands of ``flask --app wsgi``: one subject a file."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from ..extensions import db
from . import accounts, keywords, operations, runs, settings, start

COMMANDS = (
    accounts.create_user,
    accounts.change_password,
    accounts.create_token,
    start.first_start,
    keywords.import_keywords,
    runs.run_automation,
    runs.pause_run,
    runs.resume_run,
    runs.raise_cap,
    runs.cancel_run,
    runs.retry_failed,
    settings.test_connection,
    settings.set_price,
    settings.list_prices,
    operations.reconcile,
    operations.doctor,
)


MIGRATIONS = Path(__file__).parent.parent / "migrations"


def init_app(app: Flask) -> None:
    """Make the commands known."""
    for command in COMMANDS:
        app.cli.add_command(command)
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        enable_migrations(app)


def enable_migrations(app: Flask) -> None:
    """What ``flask db`` needs: 10 MB that web and workers do without."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(MIGRATIONS))
