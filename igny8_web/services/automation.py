"""Running: the whole automation of a site, or one stage over chosen items."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..db import rows_hit
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
from ..pipeline.money import cap_of, cap_this_month, this_month
from ..pipeline.progress import UNHEARD, find_run, processing_state
from ..pipeline.ringing import ring_free_lanes
from ..pipeline.stages import STAGES, stage_by_slug
from .errors import Invalid, Refused

MOST_CHOSEN = 10_000
"""Items that one manual run may be started on."""
CAPS = ("cap", "month_cap")
"""What a run is paused for that reached one: the run's own, or that of its site's month."""


class AlreadyRunning(Refused):
    """A live run does it already: ``run``."""

    code = "already_running"

    def __init__(self, run: Run, what: str) -> None:
        super().__init__(f"{what} already: {run.run_id} is {run.status}.")
        self.run = run


class NothingWaiting(Refused):
    """None of the chosen items waits for this stage."""

    code = "nothing_waiting"


class WrongState(Refused):
    """The run is not in a state from which this can be done."""

    code = "wrong_state"


def run_now(site: Site, trigger: Trigger = Trigger.MANUAL, *, cap: Decimal | None = None) -> Run:
    """Start all stages over what waits on the site. Raises AlreadyRunning.

    ``cap`` is what it may cost, in US dollars; None: what the site says.
    """
    try:
        with transaction() as db:
            if live := _live_automation(db, site.id):
                raise _already(live)
            return create_run(
                db, site, trigger=trigger, scope=Scope.AUTOMATION, stages=list(STAGES), cap=cap
            )
    except IntegrityError:
        # Two clicks at once on Postgres: the partial unique index let one through.
        if live := _live_automation(session(), site.id):
            raise _already(live) from None
        raise


def run_stage(
    site: Site,
    slug: str,
    item_ids: Sequence[int],
    trigger: Trigger = Trigger.MANUAL,
    *,
    cap: Decimal | None = None,
) -> Run:
    """Start one stage over chosen items of the site; those that do not wait are left out.

    ``cap`` is what it may cost, in US dollars; None: what the site says.
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
            cap=cap,
        )
        if not run.stages[0].total:
            raise NothingWaiting(
                "None of these can be worked on now: they are done, or another run has them."
            )
        return run


def not_heard(run: Run) -> str | None:
    """What to tell whoever started a run that did not reach the queue; None when it did."""
    notice = processing_state(session(), find_run(session(), run.id)).notice
    return notice if notice == UNHEARD else None


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
        _go_on(db, locked)


def raise_cap(run: Run, cap: Decimal) -> None:
    """Let a run that reached a cap spend up to ``cap`` US dollars, and go on.

    It raises the cap that was reached: the run's, or that of the month under way and no later
    one. Raises WrongState, and Invalid for an amount that would not help.
    """
    with transaction() as db:
        locked = _lock(db, run)
        if locked.status is not RunStatus.PAUSED or locked.paused_for not in CAPS:
            raise WrongState("The run has not reached a cap: there is nothing to raise.")
        of_month = locked.paused_for == "month_cap"
        month = this_month(db, locked.site)
        before = month.cap if of_month else cap_of(locked)
        spent = month.spent if of_month else locked.committed
        if cap <= max(before, spent):
            raise Invalid(
                f"Give more than ${before:,.2f}: ${spent:,.4f} of it is spent or set aside.", "cap"
            )
        if of_month:
            cap_this_month(db, locked.site, cap)
        else:
            locked.cap = cap
        _go_on(db, locked)


def cancel(run: Run) -> None:
    """Skip what is pending; what is in hand is finished, then the run ends. Raises WrongState."""
    with transaction() as db:
        locked = _lock(db, run)
        if locked.status not in LIVE or locked.status is RunStatus.CANCELLING:
            raise WrongState(f"A run that is {locked.status} cannot be cancelled.")
        locked.status = RunStatus.CANCELLING
        locked.why = locked.paused_for = None
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


def _go_on(db: Session, run: Run) -> None:
    run.status = RunStatus.RUNNING if run.started_at else RunStatus.QUEUED
    run.why = run.paused_for = None
    run.resumed += 1
    run.rev += 1
    if stage_run := run.running_stage:
        ring_free_lanes(db, run, stage_run)


def _already(run: Run) -> AlreadyRunning:
    return AlreadyRunning(run, f"{run.site.name} has a live run")


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
    return rows_hit(done)
