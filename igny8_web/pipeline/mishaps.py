"""What went wrong with items on the way, kept for their logs."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import db_now
from ..models import Mishap, RunItem


def note_mishaps(db: Session, run_item_ids: Sequence[int], reason: str) -> None:
    """The attempt that these items are in came to nothing, for this reason. One statement."""
    if not run_item_ids:
        return
    rows = sa.select(RunItem.id, RunItem.attempts, sa.literal(reason), db_now()).where(
        RunItem.id.in_(run_item_ids)
    )
    columns = ["run_item_id", "attempt", "reason", "created_at"]
    db.execute(sa.insert(Mishap).from_select(columns, rows))
