"""What was spent: by a run's stages, on an article, in a month; and what a raised cap could be."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Any

import sqlalchemy as sa

from ..extensions import session
from ..models import AiCall, Content, Image, Run, RunItem, Site, StageRun
from ..pipeline.money import Month, cap_of, this_month
from .estimates import Range, estimate_left

_CENT, _DIME, _DOLLAR = Decimal("0.01"), Decimal("0.1"), Decimal(1)


@dataclass(frozen=True)
class Spent:
    """Calls, failed ones included, and what they took."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    dollars: Decimal = Decimal(0)


@dataclass(frozen=True)
class Raise:
    """What somebody is asked whose run has reached a cap."""

    of_month: bool
    cap: Decimal
    wanted: Decimal
    """What would do, as far as can be told."""
    left: Range | None
    """What the rest may cost; None where it is not known."""


def by_stage(run: Run) -> dict[str, Spent]:
    """What each stage of the run that asked a provider took, by slug."""
    rows = session().execute(
        sa.select(
            StageRun.slug,
            *_amounts(),
        )
        .join(RunItem, RunItem.id == AiCall.run_item_id)
        .join(StageRun, StageRun.id == RunItem.stage_run_id)
        .where(StageRun.run_id == run.id)
        .group_by(StageRun.slug)
    )
    return {slug: Spent(*amounts) for slug, *amounts in rows}


def on_article(content: Content) -> Spent:
    """What its text, its image prompts and its images took, whatever run they were made in."""
    images = sa.select(Image.id).where(Image.content_id == content.id)
    its_items = sa.or_(
        sa.and_(RunItem.stage == "write-content", RunItem.item_id == content.task_id),
        sa.and_(RunItem.stage == "write-image-prompts", RunItem.item_id == content.id),
        sa.and_(RunItem.stage == "draw-images", RunItem.item_id.in_(images)),
    )
    of_items = AiCall.run_item_id.in_(sa.select(RunItem.id).where(its_items))
    return Spent(*session().execute(sa.select(*_amounts()).where(of_items)).one())


def month_of(site: Site) -> Month:
    """The site's month, in one query."""
    return this_month(session(), site)


def to_raise(run: Run) -> Raise:
    """What to suggest for a run that waits for a higher cap."""
    of_month = run.paused_for == "month_cap"
    month = month_of(run.site)
    cap, spent = (month.cap, month.spent) if of_month else (cap_of(run), run.committed)
    left = estimate_left(run).dollars
    # Twice what is left: more is set aside for a call under way than it costs in the end.
    wanted = cap * 2 if left is None else max(spent + left.high * 2, cap * Decimal("1.25"))
    return Raise(of_month, cap, rounded_up(max(wanted, cap + _CENT)), left)


def rounded_up(amount: Decimal) -> Decimal:
    """To what people type: whole dollars from ten on, dimes from one on, else cents."""
    step = _DOLLAR if amount >= 10 else _DIME if amount >= 1 else _CENT
    return amount.quantize(step, ROUND_UP)


def _amounts() -> tuple[sa.ColumnElement[Any], ...]:
    """The columns of ``Spent``, added up."""
    return (
        sa.func.count(AiCall.id),
        sa.func.coalesce(sa.func.sum(AiCall.usage["input"].as_integer()), 0),
        sa.func.coalesce(sa.func.sum(AiCall.usage["output"].as_integer()), 0),
        sa.func.coalesce(sa.func.sum(AiCall.cost), 0),
    )
