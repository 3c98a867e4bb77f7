"""Claims: who may work on what, until when.

A job takes a free lane of a stage run by writing its token, claims items with the same token,
and renews both while it works. Whoever lost the lane can neither claim nor settle.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from ..db import db_now, rows_hit
from ..extensions import transaction
from ..models import ItemStatus, Lane, RunItem
from ..waiting import in_a_line, is_away
from . import statements

log = logging.getLogger(__name__)

AGAIN_SECONDS = 2.0
"""After a renewal that failed, the next comes so soon: the lease goes on running out."""


@dataclass(frozen=True)
class HeldLane:
    """A lane in our hands: what every claim and settlement is signed with."""

    id: int
    stage_run_id: int
    token: str
    lease_seconds: int


@dataclass(frozen=True)
class ClaimedItem:
    """One item we may work on. ``id`` is the run item's, ``item_id`` the row's it stands for."""

    id: int
    item_id: int
    title: str
    attempts: int


def take_lane(db: Session, stage_run_id: int, lease_seconds: int) -> HeldLane | None:
    """Take the first free lane of the stage run; None when all are held."""
    lane_id = db.scalar(
        sa.select(Lane.id)
        .where(Lane.stage_run_id == stage_run_id)
        .where(sa.or_(Lane.token.is_(None), Lane.lease_until < db_now()))
        .order_by(Lane.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if lane_id is None:
        return None
    token = uuid.uuid4().hex
    db.execute(
        sa.update(Lane)
        .where(Lane.id == lane_id)
        .values(token=token, lease_until=db_now(lease_seconds), rung_at=None)
    )
    return HeldLane(lane_id, stage_run_id, token, lease_seconds)


def still_held(db: Session, lane: HeldLane) -> bool:
    """Whether the lane is still ours; locks it until the end of the transaction."""
    held = db.scalar(statements.HELD, {"lane_id": lane.id, "held_by": lane.token})
    return held is not None


def release_lane(db: Session, lane: HeldLane, *, rests: bool = False) -> None:
    """Give the lane back; harmless when it is no longer ours.

    One that ``rests`` counts as rung now: nobody rings it before the reconciler does.
    """
    db.execute(
        sa.update(Lane)
        .where(Lane.id == lane.id, Lane.token == lane.token)
        .values(token=None, lease_until=None, rung_at=db_now() if rests else None)
    )


def claim(
    db: Session, lane: HeldLane, limit: int, batch: int, only: Sequence[int] | None = None
) -> list[ClaimedItem]:
    """Claim up to ``limit`` due items, in order, ``only`` among these item ids if given.

    Items that were tried before come in one ``batch``, all of the same number of attempts, so
    that an item that kills its worker takes no fresh ones with it.
    """
    limits = {"in_stage_run": lane.stage_run_id, "most": limit}
    if only is None:
        found = db.execute(statements.DUE, limits).all()
    else:
        found = db.execute(statements.DUE_OF, {**limits, "only": list(only)}).all()
    chosen: list[Any] = []
    for row in found:
        if row.attempts != found[0].attempts or (row.attempts and len(chosen) >= batch):
            break
        chosen.append(row)
    if not chosen:
        return []
    signed = {"held_by": lane.token, "lease_seconds": lane.lease_seconds}
    db.execute(statements.CLAIM, {"ids": [row.id for row in chosen], **signed})
    return [ClaimedItem(row.id, row.item_id, row.title, row.attempts + 1) for row in chosen]


def renew(db: Session, lane: HeldLane) -> bool:
    """Extend the lease of the lane and of the items in hand; False when the lane is lost."""
    renewed = db.execute(
        sa.update(Lane)
        .where(Lane.id == lane.id, Lane.token == lane.token)
        .values(lease_until=db_now(lane.lease_seconds))
        .returning(Lane.id)
    ).first()
    if renewed is None:
        return False
    db.execute(
        sa.update(RunItem)
        .where(RunItem.stage_run_id == lane.stage_run_id)
        .where(RunItem.status == ItemStatus.PROCESSING)
        .where(RunItem.lease_token == lane.token)
        .values(lease_until=db_now(lane.lease_seconds))
    )
    return True


def give_back(
    db: Session, lane: HeldLane, besides: Sequence[int], to: ItemStatus = ItemStatus.PENDING
) -> int:
    """Return what the lane holds besides these run items, untouched; answers how many."""
    done = db.execute(
        sa.update(RunItem)
        .where(RunItem.stage_run_id == lane.stage_run_id)
        .where(RunItem.status == ItemStatus.PROCESSING)
        .where(RunItem.lease_token == lane.token, RunItem.id.not_in(besides))
        .values(status=to, attempts=RunItem.attempts - 1, lease_token=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return rows_hit(done)


@contextmanager
def heartbeat(app: Flask, lane: HeldLane) -> Iterator[threading.Event]:
    """Renew the lease from a thread, three times per lease; the event says that it was lost."""
    over, lost = threading.Event(), threading.Event()
    pause = lane.lease_seconds / 3

    def beat() -> None:
        wait, told = pause, False
        while not over.wait(wait):
            try:
                with app.app_context(), transaction() as db:
                    if not renew(db, lane):
                        lost.set()
                        return
                wait, told = pause, False
            except Exception as error:  # whatever it is: a lease that nobody renews is lost
                if not (told and is_away(error)):
                    log.warning(
                        "could not renew the lease of lane %s: %s",
                        lane.id,
                        in_a_line(error),
                        exc_info=not is_away(error),
                    )
                wait, told = min(pause, AGAIN_SECONDS), True

    about_this = copy_context().run  # its lines in the log name the run as well
    name = f"heartbeat-lane-{lane.id}"
    thread = threading.Thread(target=about_this, args=(beat,), name=name, daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        over.set()
        thread.join()
