"""The reconciler: SQL is the truth, and this makes Redis and the workers catch up with it.

Each round frees expired leases, fails what crashed its worker too often, rings runs that have
work and no lane, and closes what is finished. Harmless when two of them run.
"""

from __future__ import annotations

import logging

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..current import config
from ..db import db_now
from ..extensions import session, transaction
from ..models import (
    LIVE,
    WORKABLE,
    ItemStatus,
    Lane,
    Run,
    RunItem,
    RunStatus,
    StageRun,
)
from .advance import close_if_settled
from .ringing import ring_free_lanes
from .settling import settle_costs
from .stages import stage_by_slug

log = logging.getLogger(__name__)

RING_PATIENCE_SECONDS = 25
"""A ring that nobody answered for so long is repeated: it may have been lost with its queue."""


def reconcile() -> list[str]:
    """One round over all live runs; answers a line for each thing that was mended."""
    live = list(session().scalars(sa.select(Run.id).where(Run.status.in_(LIVE)).order_by(Run.id)))
    mended: list[str] = []
    for run_pk in live:
        with transaction() as db:
            run = db.get(Run, run_pk, with_for_update=True)
            if run is not None and run.status in LIVE:
                mended += _mend(db, run)
    for line in mended:
        log.info("%s", line)
    return mended


def _mend(db: Session, run: Run) -> list[str]:
    stage_run = run.running_stage
    if stage_run is None:
        return []
    place = f"{run.run_id} stage {stage_run.number}"
    lines = _free_expired(db, run, stage_run, place)
    if close_if_settled(db, run, stage_run):
        return [*lines, f"{place}: closed"]
    if run.status in WORKABLE:
        patience = 0 if lines else RING_PATIENCE_SECONDS
        rung = ring_free_lanes(db, run, stage_run, patience)
        lines += [f"{place}: rang lane {number}" for number in rung]
    return lines


def _free_expired(db: Session, run: Run, stage_run: StageRun, place: str) -> list[str]:
    """Take items back from workers that went silent."""
    _free_lanes(db, stage_run)
    expired = db.execute(
        sa.select(RunItem.id, RunItem.item_id, RunItem.attempts)
        .where(RunItem.stage_run_id == stage_run.id)
        .where(RunItem.status == ItemStatus.PROCESSING)
        .where(RunItem.lease_until < db_now())
        .with_for_update(skip_locked=True)
    ).all()
    if not expired:
        return []
    tries = config().max_attempts
    lost = [row for row in expired if row.attempts >= tries]
    again = [row for row in expired if row.attempts < tries]
    reason = f"The worker stopped {tries} times while working on this item."
    cancelling = run.status is RunStatus.CANCELLING
    _give_back(
        db, [r.id for r in again], ItemStatus.SKIPPED if cancelling else ItemStatus.PENDING, None
    )
    _give_back(db, [r.id for r in lost], ItemStatus.FAILED, reason)
    if lost:
        stage_by_slug(stage_run.slug).fail([row.item_id for row in lost], reason, db)
    cost = settle_costs(db, [row.id for row in (expired if cancelling else lost)])
    run.cost += cost
    stage_run.cost += cost
    stage_run.failed += len(lost)
    stage_run.skipped += len(again) if cancelling else 0
    run.rev += 1
    db.flush()
    lines = [f"{place}: freed {len(again)} items of a silent worker"] if again else []
    return lines + [f"{place}: failed {len(lost)} items after {tries} tries"] * bool(lost)


def _free_lanes(db: Session, stage_run: StageRun) -> None:
    expired = db.scalars(
        sa.select(Lane.id)
        .where(Lane.stage_run_id == stage_run.id, Lane.lease_until < db_now())
        .with_for_update(skip_locked=True)
    ).all()
    db.execute(
        sa.update(Lane)
        .where(Lane.id.in_(expired))
        .values(token=None, lease_until=None, rung_at=None)
    )


def _give_back(db: Session, ids: list[int], status: ItemStatus, error: str | None) -> None:
    db.execute(
        sa.update(RunItem)
        .where(RunItem.id.in_(ids))
        .values(
            status=status,
            error=error,
            lease_token=None,
            lease_until=None,
            finished_at=None if status is ItemStatus.PENDING else db_now(),
        )
    )
