"""What the card shows: one frozen snapshot from a constant number of indexed queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from ..db import db_now
from ..models import ItemStatus, Run, RunItem, RunStatus, StageRun
from .outcome import closing_line
from .stages import stage_by_slug

SHOWN_NOW, SHOWN_NEXT = 3, 2


@dataclass(frozen=True)
class ItemRef:
    """An item as the card names it."""

    id: int
    title: str
    type: str
    """The stage's unit, e.g. ``cluster``."""


@dataclass(frozen=True)
class ProcessingState:
    """Everything there is to see of a run at one revision."""

    run_id: str
    site_id: int
    rev: int
    status: RunStatus
    live: bool
    notice: str | None
    stage_number: int
    stage_name: str
    stage_type: str
    stages_total: int
    unit: str
    units: str
    total_items: int
    processed_items: int
    failed_items: int
    percentage: int
    """Processed of total: what failed is not progress."""
    currently_processing: tuple[ItemRef, ...]
    """Items with a live claim, three at most."""
    up_next: tuple[ItemRef, ...]
    remaining_count: int
    stage_progress: tuple[tuple[int, str, str], ...]
    """Number, title and status of every stage of the run."""
    started_at: datetime | None
    cost_usd: Decimal
    closing_line: str | None


def find_run(db: Session, run_pk: int) -> Run:
    """The run with its stages, in two queries. Raises NoResultFound."""
    return db.execute(
        sa.select(Run).where(Run.id == run_pk).options(selectinload(Run.stages))
    ).scalar_one()


def processing_state(db: Session, run: Run) -> ProcessingState:
    """The snapshot of a run: one query beside the run itself, whatever its size."""
    shown = _shown_stage(run)
    stage = stage_by_slug(shown.slug)
    current, up_next, expired = _items(db, shown, stage.unit[0]) if run.is_live else ((), (), False)
    return ProcessingState(
        run_id=run.run_id,
        site_id=run.site_id,
        rev=run.rev,
        status=run.status,
        live=run.is_live,
        notice=_notice(run, len(current), recovering=expired),
        stage_number=shown.number,
        stage_name=stage.title,
        stage_type=stage.kind.value,
        stages_total=len(run.stages),
        unit=stage.unit[0],
        units=stage.unit[1],
        total_items=shown.total,
        processed_items=shown.processed,
        failed_items=shown.failed,
        percentage=100 * shown.processed // shown.total if shown.total else 0,
        currently_processing=current,
        up_next=up_next,
        remaining_count=shown.total - shown.settled,
        stage_progress=tuple(
            (s.number, stage_by_slug(s.slug).title, s.status.value) for s in run.stages
        ),
        started_at=run.started_at,
        cost_usd=run.cost,
        closing_line=None if run.is_live else closing_line(run),
    )


def _shown_stage(run: Run) -> StageRun:
    return next((s for s in run.stages if s.number == run.current_stage), run.stages[0])


def _first(status: ItemStatus, limit: int) -> sa.Select[Any]:
    """The first items of this status, by the index on stage run, status and position."""
    query = (
        sa.select(
            RunItem.item_id,
            RunItem.title,
            RunItem.position,
            sa.literal(status is ItemStatus.PROCESSING).label("in_hand"),
            (RunItem.lease_until > db_now()).label("alive"),
        )
        .where(RunItem.stage_run_id == sa.bindparam("stage_run_id"), RunItem.status == status)
        .order_by(RunItem.position)
        .limit(limit)
        .subquery()
    )
    return sa.select(query)


# Built once: a poll spends more time on building a query than SQLite on answering it.
_SHOWN = sa.union_all(
    _first(ItemStatus.PROCESSING, SHOWN_NOW), _first(ItemStatus.PENDING, SHOWN_NEXT)
)


def _items(
    db: Session, stage_run: StageRun, unit: str
) -> tuple[tuple[ItemRef, ...], tuple[ItemRef, ...], bool]:
    """Items with a live claim, items up next, and whether a claim ran out and waits to be freed."""
    rows = db.execute(_SHOWN, {"stage_run_id": stage_run.id}).all()
    current, up_next, expired = [], [], False
    for item_id, title, _, in_hand, alive in sorted(rows, key=lambda row: row.position):
        if not in_hand:
            up_next.append(ItemRef(item_id, title, unit))
        elif alive:
            current.append(ItemRef(item_id, title, unit))
        else:
            expired = True
    return tuple(current), tuple(up_next), expired


def _notice(run: Run, in_hand: int, *, recovering: bool) -> str | None:
    if run.status is RunStatus.PAUSED:
        rest = " What is in hand is being finished." if in_hand else ""
        return f"Paused.{f' {run.why}' if run.why else ''}{rest}"
    if run.status is RunStatus.CANCELLING:
        return "Cancelling. What is in hand is being finished."
    if run.is_live and recovering:
        return "Recovering: a worker stopped answering; its items go to another."
    if run.status is RunStatus.QUEUED:
        return "Saved, waiting for a worker."
    return None
