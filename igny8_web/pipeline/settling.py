"""Settling: storing what came of a claim, signed with the lane's token."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ..current import config
from ..db import db_now
from ..models import ItemStatus, Run, RunItem, RunStatus, StageRun
from .advance import close_stage
from .calls import settle_calls
from .claims import ClaimedItem, HeldLane
from .stage import AnyStage, UnusableAnswer

log = logging.getLogger(__name__)

BACKOFF_SECONDS = (5, 30, 120)


@dataclass(frozen=True)
class Failure:
    """Why a batch has no result; ``retry`` and ``fatal`` as in ProviderError."""

    reason: str
    retry: bool = False
    fatal: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of one batch: a result of the stage, or a failure."""

    items: tuple[ClaimedItem, ...]
    result: Any = None
    failure: Failure | None = None


@dataclass
class Tally:
    """What a settlement adds to the counters of stage and run."""

    processed: int = 0
    failed: int = 0
    made: int = 0
    cost: Decimal = Decimal(0)
    pause: str | None = None


def settle(
    db: Session, lane: HeldLane, run: Run, stage: AnyStage, outcomes: Sequence[Outcome]
) -> None:
    """Store the outcomes whose items are still ours and count them; close a settled stage.

    The caller holds the lane's row lock. An item that another worker has meanwhile is left to it.
    """
    tally = Tally()
    for outcome in outcomes:
        _settle_batch(db, lane, stage, outcome, tally)
    stage_run = db.execute(
        sa.update(StageRun)
        .where(StageRun.id == lane.stage_run_id)
        .values(
            processed=StageRun.processed + tally.processed,
            failed=StageRun.failed + tally.failed,
            made=StageRun.made + tally.made,
            cost=StageRun.cost + tally.cost,
        )
        .returning(StageRun)
        .execution_options(populate_existing=True)
    ).scalar_one()
    values: dict[str, Any] = {"rev": Run.rev + 1, "cost": Run.cost + tally.cost}
    if tally.pause and run.status in (RunStatus.QUEUED, RunStatus.RUNNING):
        values |= {"status": RunStatus.PAUSED, "why": tally.pause}
    db.execute(sa.update(Run).where(Run.id == run.id).values(**values))
    db.refresh(run)
    if stage_run.settled >= stage_run.total:
        close_stage(db, run, stage_run)


def _settle_batch(
    db: Session, lane: HeldLane, stage: AnyStage, outcome: Outcome, tally: Tally
) -> None:
    ours = _still_ours(db, lane, outcome.items)
    if not ours:
        log.warning("a late result for %s changes nothing", [i.id for i in outcome.items])
        return
    failure = outcome.failure
    if failure is None:
        failure = _store(db, stage, ours, outcome.result, tally)
    costs = settle_calls(db, [item.id for item in ours])
    if failure is None:
        tally.processed += len(ours)
        _mark(db, ours, status=ItemStatus.DONE, error=None, finished_at=db_now())
    elif failure.fatal:
        # Not the items' fault: they keep their place and their attempts.
        tally.pause = failure.reason
        _mark(db, ours, status=ItemStatus.PENDING, attempts=RunItem.attempts - 1)
    elif failure.retry and ours[0].attempts < config().max_attempts:
        _mark(
            db,
            ours,
            status=ItemStatus.PENDING,
            error=failure.reason,
            not_before=db_now(_backoff(ours[0].attempts)),
        )
    else:
        tally.failed += len(ours)
        stage.fail([item.item_id for item in ours], failure.reason, db)
        _mark(db, ours, status=ItemStatus.FAILED, error=failure.reason, finished_at=db_now())
    for item_id, cost in costs.items():
        before = db.scalar(sa.select(RunItem.cost).where(RunItem.id == item_id)) or Decimal(0)
        if cost != before:
            tally.cost += cost - before
            db.execute(sa.update(RunItem).where(RunItem.id == item_id).values(cost=cost))


def _still_ours(
    db: Session, lane: HeldLane, items: Sequence[ClaimedItem]
) -> tuple[ClaimedItem, ...]:
    held = set(
        db.scalars(
            sa.select(RunItem.id)
            .where(RunItem.id.in_([item.id for item in items]))
            .where(RunItem.status == ItemStatus.PROCESSING)
            .where(RunItem.lease_token == lane.token)
            .with_for_update()
        )
    )
    return tuple(item for item in items if item.id in held)


def _store(
    db: Session, stage: AnyStage, items: Sequence[ClaimedItem], result: Any, tally: Tally
) -> Failure | None:
    """Store one result in a savepoint: what cannot be stored fails alone."""
    try:
        with db.begin_nested():
            made = stage.store([item.item_id for item in items], result, db)
            db.flush()
    except UnusableAnswer as error:
        return Failure(str(error), retry=True)
    except OperationalError:
        raise  # the database itself: nothing can be settled now
    except Exception as error:
        log.exception("could not store the result of %s", [item.id for item in items])
        return Failure(f"The result could not be stored: {type(error).__name__}: {error}")
    tally.made += made
    return None


def _mark(db: Session, items: Sequence[ClaimedItem], **values: Any) -> None:
    db.execute(
        sa.update(RunItem)
        .where(RunItem.id.in_([item.id for item in items]))
        .values(lease_token=None, lease_until=None, **values)
    )


def _backoff(attempts: int) -> float:
    """Seconds until the next attempt, with up to a quarter of jitter so that retries spread."""
    base = BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]
    return base * random.uniform(1, 1.25)  # noqa: S311 - no secret
