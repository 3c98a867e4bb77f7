"""What the automation page shows beside the live card: stage cards and the latest runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from ..extensions import session
from ..models import Keyword, Run, Scope, Site, StageRun, StageStatus
from ..pipeline.outcome import closing_line, made_words
from ..pipeline.stages import STAGES, stage_by_slug
from .retries import retryable

LATEST_RUNS = 8


@dataclass(frozen=True)
class StageCard:
    """One stage of the site: what waits now, and what the latest run did."""

    number: int
    slug: str
    name: str
    kind: str
    status: str
    """A StageStatus, or ``idle`` where no run has been."""
    run_id: str | None
    """The run that the figures are of."""
    waiting: int
    processed: int
    failed: int
    retryable: int
    """Of these, how many can be tried again now."""
    retried: bool
    """Whether something failed, and all of it was done or taken up since."""
    result: str | None
    seconds: float | None
    unit: str
    units: str


@dataclass(frozen=True)
class Standing:
    """How far the site's rows are."""

    waiting: Mapping[str, int]
    """By stage: how many rows wait for it."""
    has_keywords: bool
    """Whether the site has any keyword at all."""


@dataclass(frozen=True)
class RunLine:
    """One run in the list of runs."""

    run_id: str
    retry_of: str | None
    """The run whose failed items it tried again."""
    trigger: str
    scope: str
    status: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    cost_usd: Decimal
    summary: str
    failed: int


def stage_cards(run: Run | None, waits: Mapping[str, int]) -> list[StageCard]:
    """A card for every stage of the registry, with the figures of the latest automation run."""
    done = {stage.slug: stage for stage in run.stages} if run else {}
    left = retryable(run) if run else {}
    return [
        _card(number, stage.slug, waits[stage.slug], done.get(stage.slug), left)
        for number, stage in enumerate(STAGES, 1)
    ]


def run_stage_cards(run: Run) -> list[StageCard]:
    """A card for every stage of one run; ``waiting`` is what it has left to do."""
    left = retryable(run)
    return [_card(s.number, s.slug, max(0, s.total - s.settled), s, left) for s in run.stages]


def latest_run(site: Site, latest: Sequence[Run]) -> Run | None:
    """The site's newest automation run, live or over; among its ``latest`` runs it mostly is."""
    run = next((each for each in latest if each.scope is Scope.AUTOMATION), None)
    if run or len(latest) < LATEST_RUNS:
        return run
    return session().scalar(
        sa.select(Run)
        .where(Run.site_id == site.id, Run.scope == Scope.AUTOMATION)
        .options(selectinload(Run.stages))
        .order_by(Run.id.desc())
        .limit(1)
    )


def find_runs(site: Site, limit: int = LATEST_RUNS) -> Sequence[Run]:
    """The site's latest runs of any scope, newest first, with their stages."""
    return (
        session()
        .scalars(
            sa.select(Run)
            .where(Run.site_id == site.id)
            .options(selectinload(Run.stages), joinedload(Run.retry_of))
            .order_by(Run.id.desc())
            .limit(limit)
        )
        .all()
    )


def run_line(run: Run) -> RunLine:
    """The run as one line of a list."""
    return RunLine(
        run_id=run.run_id,
        retry_of=run.retry_of.run_id if run.retry_of else None,
        trigger=run.trigger.value,
        scope=run.scope.value,
        status=run.status.value,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        seconds=run.seconds,
        cost_usd=run.cost,
        summary=made_words(run) if run.is_live else closing_line(run),
        failed=sum(stage.failed for stage in run.stages),
    )


def nothing_to_do(cards: Sequence[StageCard]) -> bool:
    """Whether no stage but the review gate has anything waiting."""
    return not any(card.waiting for card in cards[:-1])


def waiting(site: Site) -> Mapping[str, int]:
    """How many rows wait for each stage, in one query."""
    return standing_of(site).waiting


def standing_of(site: Site) -> Standing:
    """What waits, and whether there is anything at all. One query."""
    counts = [
        sa.select(sa.func.count()).select_from(stage.waiting(site.id).subquery()).scalar_subquery()
        for stage in STAGES
    ]
    any_keyword = sa.exists().where(Keyword.site_id == site.id)
    *numbers, has_keywords = session().execute(sa.select(*counts, any_keyword)).one()
    waits = {stage.slug: count for stage, count in zip(STAGES, numbers, strict=True)}
    return Standing(waits, bool(has_keywords))


def _card(
    number: int, slug: str, waiting: int, done: StageRun | None, left: Mapping[str, int]
) -> StageCard:
    stage = stage_by_slug(slug)
    failed, retryable_now = done.failed if done else 0, left.get(slug, 0)
    ended = done is not None and done.status in (StageStatus.COMPLETED, StageStatus.FAILED)
    return StageCard(
        number=number,
        slug=slug,
        name=stage.title,
        kind=stage.kind.value,
        status=done.status.value if done else "idle",
        run_id=done.run.run_id if done else None,
        waiting=waiting,
        processed=done.processed if done else 0,
        failed=failed,
        retryable=retryable_now,
        retried=bool(done and failed and not retryable_now and not done.run.is_live),
        result=done.result if done and ended else None,
        seconds=done.seconds if done else None,
        unit=stage.unit[0],
        units=stage.unit[1],
    )
