"""Ringing lanes: a job that carries ids, put on a queue after the commit."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import queue
from ..current import house
from ..db import after_commit, db_now
from ..models import ItemStatus, Lane, Run, RunItem, Scope, StageRun
from .stages import stage_by_slug

JOB_GRACE_SECONDS = 600
"""How long a job may outlast its slice: the longest that one item may take."""


def ring_free_lanes(
    db: Session, run: Run, stage_run: StageRun, patience_seconds: float = 0
) -> list[int]:
    """Ring the lanes nobody holds, as far as there is due work; answers their numbers.

    A lane that was rung less than ``patience_seconds`` ago is left alone: its job may still be
    queued.
    """
    waiting = db.execute(
        sa.select(Lane.id, Lane.number, Lane.rings)
        .where(Lane.stage_run_id == stage_run.id)
        .where(sa.or_(Lane.token.is_(None), Lane.lease_until < db_now()))
        .where(sa.or_(Lane.rung_at.is_(None), Lane.rung_at <= db_now(-patience_seconds)))
        .order_by(Lane.number)
        .with_for_update(skip_locked=True)
    ).all()
    stage = stage_by_slug(stage_run.slug)
    chunk = stage.ids_per_ring
    due = _due_items(db, stage_run.id, limit=(chunk or 1) * len(waiting))
    rung, bells = [], []
    for place, lane in enumerate(waiting):
        ids = due[place * chunk : (place + 1) * chunk] if chunk else due
        if not ids:
            break
        db.execute(
            sa.update(Lane).where(Lane.id == lane.id).values(rings=Lane.rings + 1, rung_at=db_now())
        )
        rung.append(lane.number)
        bells.append(
            queue.Bell(
                queue.MANUAL if run.scope is Scope.SELECTION else queue.AUTOMATION,
                stage.job,
                (ids,) if chunk else (stage_run.id,),
                job_id=f"run-{run.id}-stage-{stage_run.number}-lane-{lane.number}"
                f"-ring-{lane.rings + 1}",
                timeout=house().config.slice_seconds + JOB_GRACE_SECONDS,
            )
        )
    if bells:
        after_commit(db, partial(queue.ring, house().redis, bells))
    return rung


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
