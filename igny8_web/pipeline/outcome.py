"""How a run ended, in words."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import ItemStatus, Run, RunItem, RunStatus, StageRun
from .stage import Kind
from .stages import stage_by_slug
from .wording import count_of, seconds_in_words

ENDED = {
    RunStatus.COMPLETED: "completed",
    RunStatus.FAILED: "failed",
    RunStatus.CANCELLED: "was cancelled",
}


def closing_words(db: Session, run: Run) -> tuple[RunStatus, str | None]:
    """The status of a run whose stages are all closed, and why.

    A run in which something came out is completed, failures and all; one in which everything
    failed is failed, for the reason most items give.
    """
    failed = sum(stage.failed for stage in run.stages)
    if not failed or any(stage.processed for stage in run.stages):
        return RunStatus.COMPLETED, None
    reason = db.scalar(
        sa.select(RunItem.error)
        .join(StageRun, StageRun.id == RunItem.stage_run_id)
        .where(StageRun.run_id == run.id, RunItem.status == ItemStatus.FAILED)
        .group_by(RunItem.error)
        .order_by(sa.func.count().desc())
        .limit(1)
    )
    return RunStatus.FAILED, reason


def made_words(run: Run) -> str:
    """What came out, stage by stage: "34 clusters, 40 ideas, 120 images".

    What the database moved along by itself is left out where there is more to tell.
    """
    made = [(stage_by_slug(stage.slug), stage.made) for stage in run.stages if stage.made]
    told = [(stage, number) for stage, number in made if stage.kind is Kind.AI] or made
    return ", ".join(count_of(number, stage.makes) for stage, number in told)


def closing_line(run: Run) -> str:
    """One line for an ended run, e.g. "Run completed in 41 s: 34 clusters. 2 items failed."."""
    line = f"Run {ENDED.get(run.status, run.status)}"
    if run.seconds is not None:
        line += f" in {seconds_in_words(run.seconds)}"
    made = made_words(run)
    line += f": {made}." if made else ": there was nothing to do."
    failed = sum(stage.failed for stage in run.stages)
    if failed:
        line += f" {count_of(failed, ('item', 'items'))} failed."
    if run.why:
        line += f" {run.why}"
    return line
