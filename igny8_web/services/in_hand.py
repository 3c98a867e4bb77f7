"""Whether a live run has an item in hand, so that nobody changes it under the run's fingers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from ..extensions import session
from ..models import UNSETTLED, Run, RunItem, StageRun


def held(stages: Collection[str], item_id: InstrumentedAttribute[Any]) -> sa.ColumnElement[bool]:
    """For a WHERE: a live run has this item of one of the stages, waiting or at work."""
    return (
        sa.select(RunItem.id)
        .where(
            RunItem.item_id == item_id,
            RunItem.stage.in_(stages),
            RunItem.status.in_(UNSETTLED),
        )
        .exists()
    )


def runs_by_item(stages: Collection[str], item_ids: Iterable[int]) -> Mapping[int, str]:
    """The run id (``run_2026…``) of whatever live run has an item, by item. One query."""
    return dict(session().execute(_of_items(stages, item_ids)).all())


def run_with(db: Session, stages: Collection[str], item_ids: Iterable[int]) -> str | None:
    """The run id of a live run that has one of these items; None when none has."""
    row = db.execute(_of_items(stages, item_ids).limit(1)).first()
    return row[1] if row else None


def _of_items(stages: Collection[str], item_ids: Iterable[int]) -> sa.Select[int, str]:
    return (
        sa.select(RunItem.item_id, Run.run_id)
        .join(StageRun, StageRun.id == RunItem.stage_run_id)
        .join(Run, Run.id == StageRun.run_id)
        .where(
            RunItem.item_id.in_(list(item_ids)),
            RunItem.stage.in_(stages),
            RunItem.status.in_(UNSETTLED),
        )
    )
