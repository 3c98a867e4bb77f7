"""Ringing lanes: a job that carries ids, put on a queue after the commit."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .. import queue
from ..current import house
from ..db import after_commit, db_now
from ..extensions import transaction
from ..models import ItemStatus, Lane, Run, RunItem, RunStatus, Scope, StageRun
from .stages import stage_by_slug

log = logging.getLogger(__name__)

JOB_GRACE_SECONDS = 300
"""How long a job may outlast its slice and its last item: a database that is away is waited for."""


def ring_free_lanes(
    db: Session,
    run: Run,
    stage_run: StageRun,
    patience_seconds: float = 0,
    queued: Collection[str] = (),
) -> list[int]:
    """Ring the lanes nobody holds, as far as there is due work; answers their numbers.

    A lane that was rung less than ``patience_seconds`` ago, or whose job is among those
    ``queued``, is left alone.
    """
    free = db.execute(
        sa.select(Lane.id, Lane.number, Lane.rings, Lane.rung_at)
        .where(Lane.stage_run_id == stage_run.id)
        .where(sa.or_(Lane.token.is_(None), Lane.lease_until < db_now()))
        .where(sa.or_(Lane.rung_at.is_(None), Lane.rung_at <= db_now(-patience_seconds)))
        .order_by(Lane.number)
        .with_for_update(skip_locked=True)
    ).all()
    waiting = [
        lane
        for lane in free
        if lane.rung_at is None or _job_id(run, stage_run, lane, lane.rings) not in queued
    ]
    stage = stage_by_slug(stage_run.slug)
    chunk = stage.ids_per_ring
    due = _due_items(db, stage_run.id, limit=(chunk or 1) * len(waiting))
    settings = house().config
    rung, bells = [], []
    for place, lane in enumerate(waiting):
        ids = due[place * chunk : (place + 1) * chunk] if chunk else due
        if not ids:
            break
        db.execute(
            sa.update(Lane).where(Lane.id == lane.id).values(rings=Lane.rings + 1, rung_at=db_now())
        )
        rung.append(lane)
        bells.append(
            queue.Bell(
                queue.MANUAL if run.scope is Scope.SELECTION else queue.AUTOMATION,
                stage.job,
                (ids,) if chunk else (stage_run.id,),
                job_id=_job_id(run, stage_run, lane, lane.rings + 1),
                timeout=settings.slice_seconds + settings.item_seconds + JOB_GRACE_SECONDS,
            )
        )
    if bells:
        _card_changes(run)
        after_commit(db, partial(_ring, run.id, [lane.id for lane in rung], bells))
    return [lane.number for lane in rung]


def forget_rings(
    db: Session, run_id: int, older_than_seconds: float, lane_ids: Sequence[int] | None = None
) -> None:
    """Note that free lanes were not heard: they are rung as soon as Redis is back.

    All of the run's, or those of ``lane_ids``.
    """
    of_run = sa.select(StageRun.id).where(StageRun.run_id == run_id)
    unheard = (
        sa.select(Lane.id)
        .where(Lane.stage_run_id.in_(of_run), Lane.token.is_(None))
        .where(Lane.rung_at <= db_now(-older_than_seconds))
        .with_for_update(skip_locked=True)
    )
    if lane_ids is not None:
        unheard = unheard.where(Lane.id.in_(lane_ids))
    if found := db.scalars(unheard).all():
        db.execute(sa.update(Lane).where(Lane.id.in_(found)).values(rung_at=None))
        _card_changes(db.get_one(Run, run_id, with_for_update=True))


def _ring(run_id: int, lane_ids: Sequence[int], bells: Sequence[queue.Bell]) -> None:
    if queue.ring(house().redis, bells):
        return
    try:
        with transaction() as db:
            forget_rings(db, run_id, 0, lane_ids)
    except SQLAlchemyError as error:  # the lanes are rung again when patience is over
        log.warning("could not note that %s was not heard: %s", bells[0].job_id, error)


def _card_changes(run: Run) -> None:
    """A run that nobody works on yet says what it waits for, queue or worker."""
    if run.status is RunStatus.QUEUED:
        run.rev += 1


def _job_id(run: Run, stage_run: StageRun, lane: Any, ring: int) -> str:
    return f"run-{run.id}-stage-{stage_run.number}-lane-{lane.number}-ring-{ring}"


def _due_items(db: Session, stage_run_id: int, limit: int) -> list[int]:
    """Item ids that could be claimed now, in order."""
    return list(
        db.scalars(
            sa.select(RunItem.item_id)
            .where(RunItem.stage_run_id == stage_run_id)
            .where(RunItem.status == ItemStatus.PENDING)
            .where(sa.or_(RunItem.not_before.is_(None), RunItem.not_before <= db_now()))
            .order_by(RunItem.position)
            .limit(limit)
        )
    )
