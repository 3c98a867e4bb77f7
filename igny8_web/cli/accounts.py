"""Commands about accounts. Passwords come from standard input, never from arguments."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from ..services import accounts
from .speaking import refusals_in_words


@click.command()
@click.argument("email")
@with_appcontext
def create_user(email: str) -> None:
    """Make an account; its password is read from standard input."""
    with refusals_in_words():
        user = accounts.create_user(email, _password())
    click.echo(f"{user.email} can sign in now.")


@click.command()
@click.argument("email")
@with_appcontext
def change_password(email: str) -> None:
    """Set a new password, read from standard input, and end the account's sessions."""
    with refusals_in_words():
        user = accounts.find_user(email)
        accounts.change_password(user, _password())
    click.echo(f"{user.email} has a new password; its sessions are ended.")


@click.command()
@click.argument("email")
@with_appcontext
def create_token(email: str) -> None:
    """Print a new API token, which is shown this once."""
    with refusals_in_words():
        click.echo(accounts.create_token(accounts.find_user(email)))


def _password() -> str:
    """Asked for twice at a terminal; else one line."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
