"""Commands for operators: the reconciler, and a check of everything it takes."""

from __future__ import annotations

import logging
import signal
import threading

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from ..current import config
from ..extensions import db
from ..pipeline.reconciler import reconcile as reconcile_once

log = logging.getLogger(__name__)


@click.command()
@click.option("--forever", is_flag=True, help="Go on until stopped, a round every few seconds.")
@with_appcontext
def reconcile(forever: bool) -> None:
    """Free what silent workers hold, ring runs that nobody works on, close what is finished."""
    if not forever:
        for line in reconcile_once():
            click.echo(line)
        return
    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    while not over.is_set():
        try:
            for line in reconcile_once():
                click.echo(line)
        except SQLAlchemyError as error:
            log.warning("the database is away, trying again: %s", error)
        finally:
            db.session.remove()
        over.wait(config().reconcile_seconds)


@click.command()
@with_appcontext
def doctor() -> None:
    """Check database, Redis, workers, disk and providers, and say what to do."""
    from ..services import health  # loads alembic, which no other command needs

    findings = health.check_everything()
    for finding in findings:
        mark = click.style("ok", fg="green") if finding.fine else click.style("PROBLEM", fg="red")
        click.echo(f"{finding.what:<12} {mark}  {finding.says}")
    if not all(finding.fine for finding in findings):
        raise SystemExit(1)
