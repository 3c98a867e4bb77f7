"""What calls cost: items, stages and runs are brought up to the sum of their calls.

The caller holds the lock of the run, so that nobody else counts at the same time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Run, RunItem, StageRun
from . import statements


def settle_costs(db: Session, run_item_ids: Sequence[int], keep: Collection[int] = ()) -> Decimal:
    """Bring the items' cost up to their calls'; answers by how many dollars it grew.

    Their answers are used up, except those of the items in ``keep``: they serve the next attempt.
    Calls without an answer are lost, for nobody works on these items any more.
    """
    if used := [item_id for item_id in run_item_ids if item_id not in keep]:
        db.execute(statements.END_CALLS, {"ids": used})
    if keep:
        db.execute(statements.LOSE_CALLS, {"ids": list(keep)})
    return _count(db, run_item_ids)


def lock_run_of(db: Session, run_item_id: int) -> Run | None:
    """The run that the item belongs to, locked; None when it is gone."""
    return db.scalar(
        sa.select(Run)
        .join(StageRun, StageRun.run_id == Run.id)
        .join(RunItem, RunItem.stage_run_id == StageRun.id)
        .where(RunItem.id == run_item_id)
        .with_for_update(of=Run)
        .execution_options(populate_existing=True)
    )


def count_late(db: Session, run: Run, run_item_id: int) -> None:
    """Count a call that came back when nobody waited for it any more."""
    grown = _count(db, [run_item_id])
    if not grown:
        return
    stage_run_id = db.get_one(RunItem, run_item_id).stage_run_id
    db.get_one(StageRun, stage_run_id, populate_existing=True).cost += grown
    run.cost += grown
    run.rev += 1


def _count(db: Session, run_item_ids: Sequence[int]) -> Decimal:
    grown = Decimal(0)
    if run_item_ids:
        for item_id, cost in db.execute(statements.COSTS, {"ids": list(run_item_ids)}):
            if cost:
                item = db.get_one(RunItem, item_id)
                grown += cost - item.cost
                item.cost = cost
    return grown
