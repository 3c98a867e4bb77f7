"""Commands for operators: the reconciler, and a check of everything it takes."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from .. import reconciling
from ..current import running_app
from ..pipeline.reconciler import reconcile as reconcile_once


@click.command()
@click.option("--forever", is_flag=True, help="Go on until stopped, a round every few seconds.")
@with_appcontext
def reconcile(forever: bool) -> None:
    """Free what silent workers hold, ring runs that nobody works on, close what is finished."""
    if not forever:
        for line in reconcile_once():
            click.echo(line)
        return
    reconciling.forever(running_app())


@click.command()
@with_appcontext
def doctor() -> None:
    """Check everything a run needs, and say what to do about what is missing."""
    from ..services import health  # loads alembic, which no other command needs

    findings = health.check_everything()
    for finding in findings:
        mark = click.style("ok", fg="green") if finding.fine else click.style("PROBLEM", fg="red")
        click.echo(f"{finding.what:<12} {mark}  {finding.says}")
    if not all(finding.fine for finding in findings):
        raise SystemExit(1)
