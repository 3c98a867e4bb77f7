"""How a run ended, in words."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ..models import AiCall, ItemStatus, Run, RunItem, RunStatus, StageRun
from .stage import Kind
from .stages import stage_by_slug
from .wording import count_of, in_short, seconds_in_words

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


def repeated_calls(db: Session, run: Run) -> int:
    """How many requests of the run were sent again because no answer had been recorded."""
    earlier, mine = aliased(AiCall), sa.select(StageRun.id).where(StageRun.run_id == run.id)
    unanswered = sa.or_(earlier.finished_at.is_(None), earlier.finished_at > AiCall.created_at)
    return db.scalars(
        sa.select(sa.func.count(AiCall.id.distinct()))
        .join(RunItem, RunItem.id == AiCall.run_item_id)
        .join(earlier, earlier.run_item_id == AiCall.run_item_id)
        .where(RunItem.stage_run_id.in_(mine))
        .where(earlier.fingerprint == AiCall.fingerprint, earlier.id < AiCall.id, unanswered)
    ).one()


def repeated_words(db: Session, run: Run) -> str | None:
    """The same for the person who pays: "1 call was asked twice: …", or None."""
    number = repeated_calls(db, run)
    if not number:
        return None
    calls = f"{count_of(number, ('call', 'calls'))} {'was' if number == 1 else 'were'}"
    return f"{calls} asked twice: the worker stopped before its answer was recorded."


def made_words(run: Run) -> str:
    """What came out, stage by stage: "34 clusters, 40 ideas, 120 images".

    What the database moved along by itself is left out where there is more to tell.
    """
    made = [(stage_by_slug(stage.slug), stage.made) for stage in run.stages if stage.made]
    told = [(stage, number) for stage, number in made if stage.kind is Kind.AI] or made
    return ", ".join(count_of(number, stage.makes) for stage, number in told)


def closing_line(run: Run) -> str:
    """One line for an ended run, e.g. "Run completed in 41 s: 34 clusters. 2 items failed."."""
    line = f"{'Run' if run.retry_of_id is None else 'Retry'} {ENDED.get(run.status, run.status)}"
    if run.seconds is not None:
        line += f" in {seconds_in_words(run.seconds)}"
    if made := made_words(run):
        line += f": {made}."
    else:
        line += "." if any(stage.total for stage in run.stages) else ": there was nothing to do."
    failed = sum(stage.failed for stage in run.stages)
    if failed:
        line += f" {count_of(failed, ('item', 'items'))} failed."
    if run.why:
        line += f" {in_short(run.why)}"
    return line
