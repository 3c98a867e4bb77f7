"""The commands of ``flask --app wsgi``: one subject a file."""

from __future__ import annotations

from flask import Flask

from . import accounts, operations, runs, start

COMMANDS = (
    accounts.create_user,
    accounts.change_password,
    accounts.create_token,
    start.first_start,
    runs.run_automation,
    runs.pause_run,
    runs.resume_run,
    runs.cancel_run,
    operations.reconcile,
    operations.doctor,
)


def init_app(app: Flask) -> None:
    """Make the commands known."""
    for command in COMMANDS:
        app.cli.add_command(command)
