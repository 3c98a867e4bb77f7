"""Settling: storing what came of a claim, signed with the lane's token."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..current import config
from ..db import db_now
from ..models import ItemStatus, Run, RunItem, RunStatus
from . import statements
from .advance import close_stage
from .claims import ClaimedItem, HeldLane
from .costs import settle_costs
from .mishaps import note_mishaps
from .progress import WAITS
from .stage import AnyStage
from .storing import Failure, Outcome, store_all

log = logging.getLogger(__name__)

BACKOFF_SECONDS = (5, 30, 120)
"""After the first, second and any later failed attempt."""
LONGEST_WAIT = 900
"""Seconds that a provider may make us wait; whoever wants more is asked again earlier."""


def settle(
    db: Session,
    lane: HeldLane,
    run: Run,
    stage: AnyStage,
    outcomes: Sequence[Outcome],
    *,
    outdated: bool = False,
) -> None:
    """Store the outcomes whose items are still ours and count them; close a settled stage.

    The caller has locked the rows of lane and run, in this order. An item that another worker
    has meanwhile is left to it. All in few statements, however many outcomes
    there are. The caller bumps the run's revision. ``outdated``: since they were claimed somebody
    resumed the run, with a higher cap or another key, so that no failure among them pauses it.
    """
    held = _still_ours(db, lane, [item.id for outcome in outcomes for item in outcome.items])
    ours = [replace(o, items=tuple(i for i in o.items if i.id in held)) for o in outcomes]
    ours = [outcome for outcome in ours if outcome.items]
    if not ours:
        log.warning("late results for lane %s change nothing", lane.id)
        return
    ours, made = store_all(db, stage, ours)
    asked = [outcome for outcome in ours if outcome.asked]
    keep = {item.id for o in asked if o.failure and o.failure.keep for item in o.items}
    cost = settle_costs(db, [item.id for o in asked for item in o.items], keep)
    done = [item.id for o in ours if o.failure is None for item in o.items]
    if done:
        db.execute(statements.DONE, {"ids": done})
    ended: Counter[ItemStatus] = Counter()
    for outcome in ours:
        if outcome.failure is not None:
            status = _settle_failure(db, run, stage, outcome.items, outcome.failure, outdated)
            ended[status] += len(outcome.items)
    if cost:
        run.cost += cost
    stage_run = db.scalars(
        statements.COUNT,
        {
            "stage_run": lane.stage_run_id,
            "more_done": len(done),
            "more_failed": ended[ItemStatus.FAILED],
            "more_skipped": ended[ItemStatus.SKIPPED],
            "more_made": made,
            "more_cost": cost,
        },
    ).one()
    if stage_run.settled >= stage_run.total:
        close_stage(db, run, stage_run)


def _settle_failure(
    db: Session,
    run: Run,
    stage: AnyStage,
    items: Sequence[ClaimedItem],
    failure: Failure,
    outdated: bool,
) -> ItemStatus:
    """Give the items another attempt or none; answers what they are now."""
    ids = [item.id for item in items]
    tries_left = failure.waits or items[0].attempts < config().max_attempts
    again = failure.fatal or (failure.retry and tries_left)
    if again and run.status is RunStatus.CANCELLING:
        # Nobody would come for another attempt, and the run would never end.
        _mark(db, ids, status=ItemStatus.SKIPPED, error=failure.reason, finished_at=db_now())
        return ItemStatus.SKIPPED
    if failure.fatal:
        # Not the items' fault: they keep their place and their attempts.
        if not outdated:
            run.pause(failure.reason, failure.code)
        _mark(db, ids, status=ItemStatus.PENDING, attempts=RunItem.attempts - 1)
        return ItemStatus.PENDING
    if failure.waits:
        wait = db_now(failure.retry_after or 0)
        back = {"status": ItemStatus.PENDING, "attempts": RunItem.attempts - 1}
        _mark(db, ids, **back, error=WAITS, not_before=wait)
        return ItemStatus.PENDING
    note_mishaps(db, ids, failure.reason)
    if again:
        wait = db_now(_backoff(items[0].attempts, failure.retry_after or 0))
        _mark(db, ids, status=ItemStatus.PENDING, error=failure.reason, not_before=wait)
        return ItemStatus.PENDING
    stage.fail([item.item_id for item in items], failure.reason, db)
    _mark(db, ids, status=ItemStatus.FAILED, error=failure.reason, finished_at=db_now())
    return ItemStatus.FAILED


def _still_ours(db: Session, lane: HeldLane, run_item_ids: Sequence[int]) -> set[int]:
    signed = {"ids": list(run_item_ids), "held_by": lane.token}
    return set(db.scalars(statements.STILL_OURS, signed))


def _mark(db: Session, run_item_ids: Sequence[int], **values: Any) -> None:
    db.execute(
        sa.update(RunItem)
        .where(RunItem.id.in_(run_item_ids))
        .values(lease_token=None, lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )


def _backoff(attempts: int, at_least: float) -> float:
    """Seconds until the next attempt, with up to a quarter of jitter so that retries spread."""
    base: float = BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]
    base = max(base, min(at_least, LONGEST_WAIT))
    return base * random.uniform(1, 1.25)  # noqa: S311 - no secret
