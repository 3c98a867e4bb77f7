"""The reconciler: SQL is the truth, and this makes Redis and the workers catch up with it.

Each round frees expired leases, fails what crashed its worker too often, rings runs that have
work and no lane, and closes what is finished. Harmless when two of them run.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import queue
from ..current import config, house
from ..db import db_now, insert_into
from ..extensions import session, transaction
from ..models import (
    LIVE,
    WORKABLE,
    Beat,
    ItemStatus,
    Lane,
    Run,
    RunItem,
    RunStatus,
    StageRun,
)
from ..waiting import is_away
from .advance import close_if_settled
from .costs import settle_costs
from .mishaps import note_mishaps
from .progress import LEFT
from .ringing import forget_rings, ring_free_lanes
from .stages import stage_by_slug

log = logging.getLogger(__name__)

BEAT = "reconciler"
RING_PATIENCE_SECONDS = 10
"""A job that left its queue so long ago and took no lane is lost: its lane is rung again.

With the pause between two rounds, that is within 30 seconds.
"""


@dataclass(frozen=True)
class Mended:
    """One thing that was put right."""

    run_id: str
    stage: int
    slug: str
    what: str
    items: tuple[int, ...] = ()
    """Ids of the keywords, clusters, ideas …"""

    def __str__(self) -> str:
        """As ``flask reconcile`` prints it."""
        return f"{self.run_id} stage {self.stage}: {self.what}"


def reconcile() -> list[Mended]:
    """One round over all live runs; answers each thing that was mended.

    Raises the database's error when it is away; what is wrong with one run stops no other.
    """
    _beat()
    queued = queue.queued(house().redis)
    live = list(session().scalars(sa.select(Run.id).where(Run.status.in_(LIVE)).order_by(Run.id)))
    mended: list[Mended] = []
    for run_pk in live:
        try:
            mended += _look_after(run_pk, queued)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("could not look after run %s", run_pk)
    return mended


def _beat() -> None:
    with transaction() as db:
        awake = insert_into(db, Beat).values(name=BEAT, seen_at=db_now())
        db.execute(
            awake.on_conflict_do_update(index_elements=[Beat.name], set_={"seen_at": db_now()})
        )


def _look_after(run_pk: int, queued: Collection[str] | None) -> list[Mended]:
    with transaction() as db:
        run = db.get(Run, run_pk, with_for_update=True)
        stage_run = run.running_stage if run and run.status in LIVE else None
        return _mend(db, run, stage_run, queued) if run and stage_run else []


def _mend(
    db: Session, run: Run, stage_run: StageRun, queued: Collection[str] | None
) -> list[Mended]:
    def mended(what: str, items: Sequence[int] = ()) -> Mended:
        return Mended(run.run_id, stage_run.number, stage_run.slug, what, tuple(items))

    again, lost = _free_expired(db, run, stage_run)
    told = []
    if again:
        told.append(mended(f"took {_items(again)} back from a silent worker", again))
    if lost:
        told.append(mended(f"failed {_items(lost)} after {config().max_attempts} tries", lost))
    if close_if_settled(db, run, stage_run):
        return [*told, mended("closed")]
    if run.status in WORKABLE:
        patience = 0 if told else RING_PATIENCE_SECONDS
        if queued is None:
            forget_rings(db, run.id, patience)
        else:
            rung = ring_free_lanes(db, run, stage_run, patience, queued)
            told += [mended(f"rang lane {number}") for number in rung]
    return told


def _items(ids: Sequence[int]) -> str:
    shown = ", ".join(map(str, ids[:5])) + (" …" if len(ids) > 5 else "")
    return f"{'item' if len(ids) == 1 else f'{len(ids)} items'} {shown}"


def _free_expired(db: Session, run: Run, stage_run: StageRun) -> tuple[list[int], list[int]]:
    """Take items back from workers that went silent; answers which may be tried again, or not."""
    _free_lanes(db, stage_run)
    expired = db.execute(
        sa.select(RunItem.id, RunItem.item_id, RunItem.attempts)
        .where(RunItem.stage_run_id == stage_run.id)
        .where(RunItem.status == ItemStatus.PROCESSING)
        .where(_ran_out(RunItem))
        .order_by(RunItem.position)
        .with_for_update(skip_locked=True)
    ).all()
    if not expired:
        return [], []
    tries = config().max_attempts
    lost = [row for row in expired if row.attempts >= tries]
    again = [row for row in expired if row.attempts < tries]
    reason = f"The worker stopped {tries} times while working on this item."
    cancelling = run.status is RunStatus.CANCELLING
    back_to = ItemStatus.SKIPPED if cancelling else ItemStatus.PENDING
    note_mishaps(db, [r.id for r in again], LEFT)
    note_mishaps(db, [r.id for r in lost], reason)
    _give_back(db, [r.id for r in again], back_to, LEFT)
    _give_back(db, [r.id for r in lost], ItemStatus.FAILED, reason)
    if lost:
        stage_by_slug(stage_run.slug).fail([row.item_id for row in lost], reason, db)
    cost = settle_costs(db, [row.id for row in expired], keep=[row.id for row in again])
    run.cost += cost
    stage_run.cost += cost
    stage_run.failed += len(lost)
    stage_run.skipped += len(again) if cancelling else 0
    run.rev += 1
    db.flush()
    return [row.item_id for row in again], [row.item_id for row in lost]


def _free_lanes(db: Session, stage_run: StageRun) -> None:
    expired = db.scalars(
        sa.select(Lane.id)
        .where(Lane.stage_run_id == stage_run.id, Lane.token.is_not(None), _ran_out(Lane))
        .with_for_update(skip_locked=True)
    ).all()
    db.execute(
        sa.update(Lane)
        .where(Lane.id.in_(expired))
        .values(token=None, lease_until=None, rung_at=None)
    )


def _ran_out(held: type[Lane | RunItem]) -> sa.ColumnElement[bool]:
    """Whether the lease is over; what is held without one (nothing of ours is) has none."""
    return sa.or_(held.lease_until.is_(None), held.lease_until < db_now())


def _give_back(db: Session, ids: list[int], status: ItemStatus, error: str) -> None:
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
