"""Opening and closing: a run, its stages, and the way from one to the next."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..current import config
from ..db import db_now
from ..models import (
    UNSETTLED,
    WORKABLE,
    Lane,
    Run,
    RunItem,
    RunStatus,
    Scope,
    Site,
    StageRun,
    StageStatus,
    Trigger,
)
from .money import run_cap
from .outcome import closing_words, repeated_words
from .ringing import ring_free_lanes
from .snapshot import take_snapshot
from .stage import AnyStage
from .stages import STAGES, stage_by_slug

log = logging.getLogger(__name__)


def create_run(
    db: Session,
    site: Site,
    *,
    trigger: Trigger,
    scope: Scope,
    stages: Sequence[AnyStage],
    only: Sequence[int] | None = None,
    retry_of: Run | None = None,
    cap: Decimal | None = None,
) -> Run:
    """Write a run over ``stages``, in the registry's order, and open the first of them.

    A run over chosen items has one stage, and ``only`` these item ids; or it tries again what
    failed in the same stages of ``retry_of``. It may cost ``cap`` dollars, by default what the
    site says now. Raises IntegrityError when the site has a live automation run already and this
    is another.
    """
    numbers = [STAGES.index(stage) + 1 for stage in stages]
    run = Run(
        site=site,
        retry_of=retry_of,
        trigger=trigger,
        scope=scope,
        cap=run_cap(site) if cap is None else cap,
        first_stage=numbers[0],
        last_stage=numbers[-1],
        stages=[
            StageRun(number=number, slug=stage.slug)
            for number, stage in zip(numbers, stages, strict=True)
        ],
    )
    _insert(db, run)
    log.info("%s created for site %s", run.run_id, site.slug)
    open_stage(db, run, run.stages[0], only)
    return run


def open_stage(
    db: Session, run: Run, stage_run: StageRun, only: Sequence[int] | None = None
) -> None:
    """Snapshot what waits as the stage's items and ring its lanes; skip on when nothing waits."""
    stage = stage_by_slug(stage_run.slug)
    total = take_snapshot(db, run, stage_run, stage, only)
    run.current_stage = stage_run.number
    run.rev += 1
    stage_run.status = StageStatus.RUNNING
    stage_run.total = total
    stage_run.started_at = db_now()
    if not total:
        close_stage(db, run, stage_run)
        return
    lanes = min(stage.lanes or config().lanes, -(-total // stage.batch_size))
    db.add_all(Lane(stage_run_id=stage_run.id, number=n + 1) for n in range(lanes))
    db.flush()
    if run.status in WORKABLE:
        ring_free_lanes(db, run, stage_run)


def close_stage(db: Session, run: Run, stage_run: StageRun) -> bool:
    """Close the stage and go on, once: False when somebody else did it."""
    closed = db.execute(
        sa.update(StageRun)
        .where(StageRun.id == stage_run.id, StageRun.status == StageStatus.RUNNING)
        .values(status=StageStatus.COMPLETED, finished_at=db_now())
        .returning(StageRun.id)
    ).first()
    if closed is None:
        return False
    db.refresh(stage_run)
    if stage_run.failed and not stage_run.processed:
        stage_run.status = StageStatus.FAILED
    stage = stage_by_slug(stage_run.slug)
    stage_run.result = stage.summary(stage_run) if stage_run.total else "nothing was waiting"
    run.rev += 1
    later = [s for s in run.stages if s.number > stage_run.number]
    if run.status is RunStatus.CANCELLING:
        finish(db, run, RunStatus.CANCELLED)
    elif later:
        open_stage(db, run, later[0])
    else:
        finish(db, run, *closing_words(db, run))
    return True


def finish(db: Session, run: Run, status: RunStatus, why: str | None = None) -> None:
    """End the run; stages that never began are skipped."""
    for stage_run in run.stages:
        if stage_run.status is StageStatus.PENDING:
            stage_run.status = StageStatus.SKIPPED
    run.status = status
    run.why = " ".join(filter(None, (why or run.why, repeated_words(db, run)))) or None
    run.finished_at = db_now()
    run.rev += 1
    log.info("%s is %s", run.run_id, status)


def close_if_settled(db: Session, run: Run, stage_run: StageRun) -> bool:
    """Close the stage when none of its items is left to settle. The reconciler's safety net."""
    left = db.scalar(
        sa.select(RunItem.id)
        .where(RunItem.stage_run_id == stage_run.id, RunItem.status.in_(UNSETTLED))
        .limit(1)
    )
    return left is None and close_stage(db, run, stage_run)


def _insert(db: Session, run: Run) -> None:
    """Write the run under a free name, another one if somebody took it meanwhile."""
    while True:
        run.run_id = name = _free_run_id(db, run.trigger)
        try:
            with db.begin_nested():
                db.add(run)
                db.flush()
            return
        except IntegrityError:
            if _free_run_id(db, run.trigger) == name:
                raise  # it was not the name


def _free_run_id(db: Session, trigger: Trigger) -> str:
    """``run_20261123_150102_manual``; a second one in the same second gets ``_2``."""
    stem = f"run_{datetime.now(UTC):%Y%m%d_%H%M%S}_{trigger.value}"
    taken = set(db.scalars(sa.select(Run.run_id).where(Run.run_id.startswith(stem))))
    return next(
        name for name in (stem, *(f"{stem}_{n}" for n in range(2, 10_000))) if name not in taken
    )
