"""The commands of ``flask --app wsgi``: one subject a file."""

from __future__ import annotations

from flask import Flask

from . import accounts

COMMANDS = (
    accounts.create_user,
    accounts.change_password,
    accounts.create_token,
)


def init_app(app: Flask) -> None:
    """Make the commands known."""
    for command in COMMANDS:
        app.cli.add_command(command)
