"""Trying again what failed in a run, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ..extensions import session, transaction
from ..models import (
    LIVE,
    UNSETTLED,
    Run,
    RunItem,
    Scope,
    StageRun,
    StageStatus,
    Trigger,
)
from ..pipeline.advance import create_run
from ..pipeline.snapshot import failed_in
from ..pipeline.stages import stage_by_slug
from .automation import AlreadyRunning, NothingWaiting, WrongState
from .errors import Invalid


def retry_failed(run: Run, slug: str | None = None, trigger: Trigger = Trigger.MANUAL) -> Run:
    """Make a new attempt of what failed in a run that is over, or in one stage of it.

    Raises Invalid for a stage that the run has not, WrongState while the run is live,
    AlreadyRunning for a retry that is live, and NothingWaiting when nothing failed or all of it
    was done meanwhile.
    """
    with transaction() as db:
        run = db.get_one(Run, run.id, with_for_update=True)  # two clicks: one after the other
        if run.is_live:
            raise WrongState(
                f"{run.run_id} is {run.status}. Wait until it is over, or cancel it;"
                " then what failed can be tried again."
            )
        failed = [stage.slug for stage in _asked_for(run, slug) if stage.failed]
        if not failed:
            raise NothingWaiting("Nothing failed there: there is nothing to try again.")
        if left := [each for each in retryable(run) if each in failed]:
            retry = create_run(
                db,
                run.site,
                trigger=trigger,
                scope=Scope.SELECTION,
                stages=[stage_by_slug(each) for each in left],
                retry_of=run,
            )
            if retry.is_live:
                return retry
        elif live := _live_retry(db, run, failed):
            raise AlreadyRunning(live, f"What failed in {run.run_id} is being tried again")
        raise NothingWaiting(
            "Nothing is left to try again: what failed is done by now, or another run has it."
        )


def retryable(run: Run) -> Mapping[str, int]:
    """How many failed items of each stage of an ended run still wait and are in no live run.

    Stages without any are left out, as are those that a live retry will come to. Two queries.
    """
    failed = [stage.slug for stage in run.stages if stage.failed]
    if not failed or run.is_live:
        return {}
    soon = set(
        session().scalars(
            sa.select(StageRun.slug)
            .join(Run, Run.id == StageRun.run_id)
            .where(Run.retry_of_id == run.id, Run.status.in_(LIVE))
            .where(StageRun.status == StageStatus.PENDING)
        )
    )
    asked = [slug for slug in failed if slug not in soon]
    if not asked:
        return {}
    counts = session().execute(sa.select(*(_left(run, slug) for slug in asked))).one()
    return {slug: number for slug, number in zip(asked, counts, strict=True) if number}


def retries_of(run: Run) -> Sequence[Run]:
    """The runs that tried again what failed in this one, oldest first."""
    query = sa.select(Run).where(Run.retry_of_id == run.id).order_by(Run.id)
    return session().scalars(query).all()


def _asked_for(run: Run, slug: str | None) -> Sequence[StageRun]:
    stages = [stage for stage in run.stages if slug in (None, stage.slug)]
    if not stages:
        known = ", ".join(stage.slug for stage in run.stages)
        raise Invalid(f"{run.run_id} has no stage {slug!r}. It has: {known}.", "stage")
    return stages


def _left(run: Run, slug: str) -> sa.ScalarSelect[int]:
    failed = failed_in(run.id, slug).subquery()
    waiting = stage_by_slug(slug).retryable(run.site_id).order_by(None).subquery()
    taken = aliased(RunItem)
    # As literals: neither database sees that its partial index serves a bound parameter.
    unsettled: list[sa.ColumnElement[str]] = [
        sa.literal_column(f"'{status}'") for status in UNSETTLED
    ]
    in_a_run = sa.exists().where(
        taken.stage == slug, taken.item_id == failed.c.item_id, taken.status.in_(unsettled)
    )
    return (
        sa.select(sa.func.count())
        .select_from(failed.join(waiting, waiting.c[0] == failed.c.item_id))
        .where(~in_a_run)
        .scalar_subquery()
    )


def _live_retry(db: Session, run: Run, slugs: Sequence[str]) -> Run | None:
    return db.scalar(
        sa.select(Run)
        .join(StageRun, StageRun.run_id == Run.id)
        .where(Run.retry_of_id == run.id, Run.status.in_(LIVE), StageRun.slug.in_(slugs))
        .order_by(Run.id.desc())
        .limit(1)
    )
