"""The items of one stage of one run, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from ..extensions import session
from ..models import ItemStatus, Run, RunItem, StageRun
from .errors import NotFound
from .paging import Order, Page, Place, find_page


@dataclass(frozen=True)
class RunItems:
    """Items of one status, and how many there are of each."""

    stage: StageRun
    status: ItemStatus
    page: Page
    counts: Mapping[ItemStatus, int]


def items_of(run: Run, slug: str, status: ItemStatus | None, place: Place) -> RunItems:
    """The stage's items of this status, in the order of their work. Two queries.

    Without a status the one that says most: in hand, else failed, else done, else waiting.
    Raises NotFound for a stage that the run has not.
    """
    stage = next((each for each in run.stages if each.slug == slug), None)
    if stage is None:
        raise NotFound("This run has no such stage.")
    counts = _counts(stage)
    status = status or next((each for each in _TELLING if counts[each]), ItemStatus.PENDING)
    query = sa.select(
        RunItem.item_id,
        RunItem.title,
        RunItem.status,
        RunItem.attempts,
        RunItem.error,
        RunItem.cost,
        RunItem.started_at,
        RunItem.finished_at,
    ).where(RunItem.stage_run_id == stage.id, RunItem.status == status)
    order = Order([RunItem.position], descending=False)
    return RunItems(stage, status, find_page(query, order, place), counts)


_TELLING = (ItemStatus.PROCESSING, ItemStatus.FAILED, ItemStatus.DONE)


def _counts(stage: StageRun) -> Mapping[ItemStatus, int]:
    """From the stage's own figures: a run of a million items is not counted for a page."""
    in_hand = sa.select(sa.func.count()).where(
        RunItem.stage_run_id == stage.id, RunItem.status == ItemStatus.PROCESSING
    )
    processing = session().scalar(in_hand) or 0
    return {
        ItemStatus.PROCESSING: processing,
        ItemStatus.PENDING: max(0, stage.total - stage.settled - processing),
        ItemStatus.DONE: stage.processed,
        ItemStatus.FAILED: stage.failed,
        ItemStatus.SKIPPED: stage.skipped,
    }
