"""``first-start``: what an empty installation gets."""

from __future__ import annotations

import os

import click
from flask.cli import with_appcontext

from ..services import accounts, demo


@click.command()
@with_appcontext
def first_start() -> None:
    """Make the demo site and the one-time link for the owner's account. Harmless when repeated."""
    if site := demo.make_demo_site():
        click.echo(f"  The demo site {site.name} has 150 keywords waiting.")
    if token := accounts.new_owner_link():
        address = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/setup/{token}"
        click.echo(f"  Create your account (this link works once): {address}")
