"""What a stage run is to work on: rows that wait, copied into its items in working order."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import insert_into
from ..models import ItemStatus, Run, RunItem, Scope, StageRun
from .stage import AnyStage

COLUMNS = ("stage_run_id", "stage", "position", "item_id", "title", "status", "attempts", "cost")


def take_snapshot(
    db: Session, run: Run, stage_run: StageRun, stage: AnyStage, only: Sequence[int] | None = None
) -> int:
    """Copy what waits, and answer how many items that made.

    All of the site, ``only`` among these ids, or in a retry what failed in the run before. What a
    live run has already is left out by the unique index of unsettled items: asking for it in the
    query cost Postgres the order of the rows, and a minute for 40,000.
    """
    if only is None and run.scope is Scope.SELECTION:
        rows = _failed_before(db, run, stage_run, stage)
    else:
        rows = _waiting(run, stage_run, stage, only)
    insert = insert_into(db, RunItem).from_select(COLUMNS, rows)
    db.execute(insert.on_conflict_do_nothing())
    return db.scalars(sa.select(sa.func.count()).where(RunItem.stage_run_id == stage_run.id)).one()


def failed_in(run_pk: int | None, slug: str) -> sa.Select[int, int]:
    """Item id and position of what failed in this stage of the run; nothing for no run."""
    return (
        sa.select(RunItem.item_id, RunItem.position)
        .join(StageRun, StageRun.id == RunItem.stage_run_id)
        .where(StageRun.run_id == run_pk, StageRun.slug == slug)
        .where(RunItem.status == ItemStatus.FAILED)
    )


def _waiting(
    run: Run, stage_run: StageRun, stage: AnyStage, only: Sequence[int] | None
) -> sa.Select[tuple[object, ...]]:
    item_id, title = stage.waiting(run.site_id).subquery().c
    rows = _items(stage_run, sa.func.row_number().over(), item_id, title)
    return rows if only is None else rows.where(item_id.in_(only))


def _failed_before(
    db: Session, run: Run, stage_run: StageRun, stage: AnyStage
) -> sa.Select[tuple[object, ...]]:
    failed = failed_in(run.retry_of_id, stage.slug).subquery()
    stage.again(sa.select(failed.c.item_id), db)
    item_id, title = stage.waiting(run.site_id).subquery().c
    place = sa.func.row_number().over(order_by=failed.c.position)  # a join keeps no order
    return _items(stage_run, place, item_id, title).join(failed, failed.c.item_id == item_id)


def _items(
    stage_run: StageRun,
    position: sa.ColumnElement[int],
    item_id: sa.ColumnElement[int],
    title: sa.ColumnElement[str],
) -> sa.Select[tuple[object, ...]]:
    return sa.select(
        sa.literal(stage_run.id),
        sa.literal(stage_run.slug),
        position,
        item_id,
        sa.func.substr(title, 1, 400),
        sa.literal(ItemStatus.PENDING.value),
        sa.literal(0),
        sa.literal(0),
    ).where(item_id.is_not(None))  # SQLite reads "… ON CONFLICT" as a join where no WHERE stands
