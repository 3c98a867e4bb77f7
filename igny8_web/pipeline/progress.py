"""What the card shows: one frozen snapshot from a constant number of indexed queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from ..db import db_now
from ..models import ItemStatus, Lane, Run, RunItem, RunStatus, StageRun
from .outcome import closing_line
from .stages import STAGES, stage_by_slug

SHOWN_NOW, SHOWN_NEXT = 3, 2

LEFT = "The worker stopped answering while it had this item in hand."
"""What stands on an item that was taken back, until another worker has settled it."""
WAITS = "It waits until the provider takes more requests."
"""What stands on an item that was not asked about, for it was not our turn, until it is settled."""
RECOVERING = "Recovering: a worker stopped answering; its items go to another."
HELD = "Waiting for the provider: it takes no more requests until {:%H:%M}."
UNHEARD = "Saved, waiting for the queue."
UNANSWERED = "Saved, waiting for a worker."


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
    paused_for: str | None
    """One word, e.g. ``cap``: what can be done about it."""
    cap: Decimal | None
    """US dollars that it may cost."""
    stage_number: int
    stage_slug: str
    stage_name: str
    stage_type: str
    stages_total: int
    """Of the pipeline; a retry has fewer, under the same numbers."""
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
    seen = _look(db, shown, stage.unit[0]) if run.is_live else _NOTHING
    return ProcessingState(
        run_id=run.run_id,
        site_id=run.site_id,
        rev=run.rev,
        status=run.status,
        live=run.is_live,
        notice=_notice(run, seen),
        paused_for=run.paused_for if run.status is RunStatus.PAUSED else None,
        cap=run.cap,
        stage_number=shown.number,
        stage_slug=shown.slug,
        stage_name=stage.title,
        stage_type=stage.kind.value,
        stages_total=len(STAGES),
        unit=stage.unit[0],
        units=stage.unit[1],
        total_items=shown.total,
        processed_items=shown.processed,
        failed_items=shown.failed,
        percentage=100 * shown.processed // shown.total if shown.total else 0,
        currently_processing=seen.current,
        up_next=seen.up_next,
        remaining_count=shown.total - shown.settled,
        started_at=run.started_at,
        cost_usd=run.cost,
        closing_line=None if run.is_live else closing_line(run),
    )


def _shown_stage(run: Run) -> StageRun:
    return next((s for s in run.stages if s.number == run.current_stage), run.stages[0])


@dataclass(frozen=True)
class _Seen:
    """The items shown, and what becomes of the rest."""

    current: tuple[ItemRef, ...] = ()
    """Those with a live claim."""
    up_next: tuple[ItemRef, ...] = ()
    left: bool = False
    """Whether a claim ran out, or one that did is still to be made up for."""
    heard: bool = True
    """Whether a ring reached the queue, or a worker came."""
    held_until: datetime | None = None
    """Until when the provider takes no more requests, if nothing else is being done."""


_NOTHING = _Seen()


def _first(status: ItemStatus, limit: int) -> sa.Select[Any]:
    """The first items of this status, by the index on stage run, status and position."""
    query = (
        sa.select(
            RunItem.item_id,
            RunItem.title,
            RunItem.position,
            sa.literal(status is ItemStatus.PROCESSING).label("in_hand"),
            (RunItem.lease_until > db_now()).label("alive"),
            (RunItem.error == LEFT).label("left"),
            sa.case(
                (sa.and_(RunItem.error == WAITS, RunItem.not_before > db_now()), RunItem.not_before)
            ).label("held_until"),
            _HEARD.label("heard"),
        )
        .where(RunItem.stage_run_id == sa.bindparam("stage_run_id"), RunItem.status == status)
        .order_by(RunItem.position)
        .limit(limit)
        .subquery()
    )
    return sa.select(query)


# Built once: a poll spends more time on building a query than SQLite on answering it.
_HEARD = (
    sa.exists()
    .where(Lane.stage_run_id == sa.bindparam("stage_run_id"))
    .where(sa.or_(Lane.rung_at.is_not(None), Lane.token.is_not(None)))
)
_SHOWN = sa.union_all(
    _first(ItemStatus.PROCESSING, SHOWN_NOW), _first(ItemStatus.PENDING, SHOWN_NEXT)
)


def _look(db: Session, stage_run: StageRun, unit: str) -> _Seen:
    rows = db.execute(_SHOWN, {"stage_run_id": stage_run.id}).all()
    current, up_next = [], []
    for row in sorted(rows, key=lambda row: row.position):
        item = ItemRef(row.item_id, row.title, unit)
        if not row.in_hand:
            up_next.append(item)
        elif row.alive:
            current.append(item)
    return _Seen(
        tuple(current),
        tuple(up_next),
        left=any(row.left or (row.in_hand and not row.alive) for row in rows),
        heard=not rows or bool(rows[0].heard),
        held_until=max((row.held_until for row in rows if row.held_until), default=None),
    )


def _notice(run: Run, seen: _Seen) -> str | None:
    if run.status is RunStatus.PAUSED:
        rest = " What is in hand is being finished." if seen.current else ""
        return f"Paused.{f' {run.why}' if run.why else ''}{rest}"
    if run.status is RunStatus.CANCELLING:
        return "Cancelling. What is in hand is being finished."
    if run.is_live and seen.left:
        return RECOVERING
    if run.status is RunStatus.QUEUED:
        return UNANSWERED if seen.heard else UNHEARD
    if seen.held_until and not seen.current:
        return HELD.format(seen.held_until.astimezone(ZoneInfo(run.site.timezone)))
    return None
