"""Commands about runs: start one, watch it, pause, resume, cancel, retry what failed."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from ..extensions import session
from ..models import Run, RunStatus
from ..pipeline.progress import ProcessingState, find_run, processing_state
from ..services import automation, retries
from ..services.amounts import dollars
from ..services.errors import NotFound
from ..services.failures import failures_of
from .finding import site_called
from .speaking import refusals_in_words

POLL_SECONDS = 0.5


@click.command()
@click.option("--site", "slug", required=True, help="The site's slug.")
@click.option("--cap", default="", help="US dollars after which it pauses and asks.")
@click.option("--wait", is_flag=True, help="Show the progress until the run ends.")
@with_appcontext
def run_automation(slug: str, cap: str, wait: bool) -> None:
    """Start all stages over what waits on a site."""
    with refusals_in_words():
        run = automation.run_now(site_called(slug), cap=dollars(cap, "cap"))
    _started(run, wait)


@click.command()
@click.argument("run_id")
@click.option("--stage", "slug", help="Only what failed in this stage, by its slug.")
@click.option("--wait", is_flag=True, help="Show the progress until the retry ends.")
@with_appcontext
def retry_failed(run_id: str, slug: str | None, wait: bool) -> None:
    """Try again what failed in a run that is over, and nothing else."""
    with refusals_in_words():
        run = retries.retry_failed(_run_called(run_id), slug)
    _started(run, wait)


@click.command()
@click.argument("run_id")
@with_appcontext
def pause_run(run_id: str) -> None:
    """Claim nothing more of a run until it is resumed."""
    _tell(run_id, automation.pause)


@click.command()
@click.argument("run_id")
@with_appcontext
def resume_run(run_id: str) -> None:
    """Go on with a paused run."""
    _tell(run_id, automation.resume)


@click.command()
@click.argument("run_id")
@click.argument("amount")
@with_appcontext
def raise_cap(run_id: str, amount: str) -> None:
    """Let a run that reached a cap spend up to AMOUNT US dollars, and go on."""
    _tell(run_id, lambda run: automation.raise_cap(run, dollars(amount, "cap") or Decimal(0)))


@click.command()
@click.argument("run_id")
@with_appcontext
def cancel_run(run_id: str) -> None:
    """End a run after what is in hand."""
    _tell(run_id, automation.cancel)


def _tell(run_id: str, verb: Callable[[Run], None]) -> None:
    with refusals_in_words():
        run = _run_called(run_id)
        verb(run)
    click.echo(f"{run.run_id} is {run.status}")


def _run_called(run_id: str) -> Run:
    run = session().scalar(select(Run).where(Run.run_id == run_id))
    if run is None:
        raise NotFound(f"There is no run {run_id}.")
    return run


def _started(run: Run, wait: bool) -> None:
    click.echo(run.run_id)
    if words := automation.not_heard(run):
        click.echo(words, err=True)
    if wait:
        _watch(run)


def _watch(run: Run) -> None:
    """A bar for each stage, until the run ends or is paused. Exit status 1 unless completed."""
    state = _state(run)
    while state.live and state.status is not RunStatus.PAUSED:
        state = _watch_stage(run, state)
    if state.live:
        raise click.ClickException(state.notice or "The run is paused.")
    click.echo(state.closing_line)
    for line in failures_of(find_run(session(), run.id), titles=0).lines:
        click.echo(f"  {line}")
    if state.status is not RunStatus.COMPLETED:
        raise SystemExit(1)


def _watch_stage(run: Run, state: ProcessingState) -> ProcessingState:
    label = f"{state.stage_number}/{state.stages_total} {state.stage_name}"
    with click.progressbar(length=state.total_items, label=label) as bar:
        latest = state
        while (
            latest.live
            and latest.status is not RunStatus.PAUSED
            and latest.stage_number == state.stage_number
        ):
            bar.update(latest.total_items - latest.remaining_count - bar.pos)
            time.sleep(POLL_SECONDS)
            latest = _state(run)
        if latest.stage_number != state.stage_number or not latest.live:
            bar.update(state.total_items - bar.pos)
    return latest


def _state(run: Run) -> ProcessingState:
    session().rollback()
    return processing_state(session(), find_run(session(), run.id))
