"""Running: the whole automation of a site, or one stage over chosen items."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..extensions import session, transaction
from ..models import (
    LIVE,
    WORKABLE,
    ItemStatus,
    Run,
    RunItem,
    RunStatus,
    Scope,
    Site,
    StageRun,
    Trigger,
)
from ..pipeline.advance import close_if_settled, create_run, finish
from ..pipeline.ringing import ring_free_lanes
from ..pipeline.stages import STAGES, stage_by_slug
from .errors import Refused

MOST_CHOSEN = 10_000
"""Items that one manual run may be started on."""


class AlreadyRunning(Refused):
    """The site has a live automation run."""

    code = "already_running"

    def __init__(self, run: Run) -> None:
        super().__init__(f"{run.site.name} has a live run already: {run.run_id} is {run.status}.")
        self.run = run


class NothingWaiting(Refused):
    """None of the chosen items waits for this stage."""

    code = "nothing_waiting"


class WrongState(Refused):
    """The run is not in a state from which this can be done."""

    code = "wrong_state"


def run_now(site: Site, trigger: Trigger = Trigger.MANUAL) -> Run:
    """Start all stages over what waits on the site. Raises AlreadyRunning."""
    try:
        with transaction() as db:
            if live := _live_automation(db, site.id):
                raise AlreadyRunning(live)
            return create_run(
                db, site, trigger=trigger, scope=Scope.AUTOMATION, stages=list(STAGES)
            )
    except IntegrityError:
        # Two clicks at once on Postgres: the partial unique index let one through.
        if live := _live_automation(session(), site.id):
            raise AlreadyRunning(live) from None
        raise


def run_stage(
    site: Site, slug: str, item_ids: Sequence[int], trigger: Trigger = Trigger.MANUAL
) -> Run:
    """Start one stage over chosen items of the site; those that do not wait are left out.

    Raises NothingWaiting, and Refused for more than :data:`MOST_CHOSEN` items.
    """
    if len(item_ids) > MOST_CHOSEN:
        raise Refused(f"Choose {MOST_CHOSEN:,} items at most; these are {len(item_ids):,}.")
    with transaction() as db:
        run = create_run(
            db,
            site,
            trigger=trigger,
            scope=Scope.SELECTION,
            stages=[stage_by_slug(slug)],
            only=item_ids,
        )
        if not run.stages[0].total:
            raise NothingWaiting(
                "None of these can be worked on now: they are done, or another run has them."
            )
        return run


def pause(run: Run) -> None:
    """Claim nothing more; what is in hand is finished. Raises WrongState."""
    with transaction() as db:
        locked = _lock(db, run)
        if locked.status not in WORKABLE:
            raise WrongState(f"A run that is {locked.status} cannot be paused.")
        locked.pause()


def resume(run: Run) -> None:
    """Go on where it was paused. Raises WrongState."""
    with transaction() as db:
        locked = _lock(db, run)
        if locked.status is not RunStatus.PAUSED:
            raise WrongState(f"A run that is {locked.status} cannot be resumed.")
        locked.status = RunStatus.RUNNING if locked.started_at else RunStatus.QUEUED
        locked.why = None
        locked.rev += 1
        if stage_run := locked.running_stage:
            ring_free_lanes(db, locked, stage_run)


def cancel(run: Run) -> None:
    """Skip what is pending; what is in hand is finished, then the run ends. Raises WrongState."""
    with transaction() as db:
        locked = _lock(db, run)
        if locked.status not in LIVE or locked.status is RunStatus.CANCELLING:
            raise WrongState(f"A run that is {locked.status} cannot be cancelled.")
        locked.status, locked.why = RunStatus.CANCELLING, None
        locked.rev += 1
        stage_run = locked.running_stage
        if stage_run is None:
            finish(db, locked, RunStatus.CANCELLED)
            return
        stage_run.skipped += _skip_pending(db, stage_run)
        db.flush()
        close_if_settled(db, locked, stage_run)


def live_run(site: Site) -> Run | None:
    """The live automation run of the site."""
    return _live_automation(session(), site.id)


def _live_automation(db: Session, site_id: int) -> Run | None:
    return db.scalar(
        sa.select(Run)
        .where(Run.site_id == site_id, Run.scope == Scope.AUTOMATION, Run.status.in_(LIVE))
        .limit(1)
    )


def _lock(db: Session, run: Run) -> Run:
    return db.get_one(Run, run.id, with_for_update=True)


def _skip_pending(db: Session, stage_run: StageRun) -> int:
    done = db.execute(
        sa.update(RunItem)
        .where(RunItem.stage_run_id == stage_run.id, RunItem.status == ItemStatus.PENDING)
        .values(status=ItemStatus.SKIPPED)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
