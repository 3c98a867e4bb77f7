"""Runs and their stages as pages show them: with links, failures and what can be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask import url_for

from ..models import Run, RunStatus, Site
from ..pipeline.outcome import closing_line
from ..pipeline.stages import stage_by_slug
from ..pipeline.wording import count_of
from ..services import dashboard
from ..services.dashboard import RunLine, StageCard
from ..services.failures import Failures, failures_of
from ..services.retries import retryable

ROOMS = {
    "cluster-keywords": "keywords.index",
    "develop-ideas": "clusters.index",
    "queue-tasks": "ideas.index",
    "write-content": "tasks.index",
    "write-image-prompts": "content.index",
    "draw-images": "images.index",
    "gather-for-review": "review.index",
}
"""Where the rows of a stage are looked at; a stage without a room links to the automation."""


@dataclass(frozen=True)
class RetryButton:
    """Tries failed items again, of a whole run or of the stage ``fields`` names."""

    label: str
    """How many of what: "Retry 3 failed clusters"."""
    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class StageCardView(StageCard):
    """A stage card with its link and its button."""

    href: str
    retry: RetryButton | None


@dataclass(frozen=True)
class RunLineView(RunLine):
    """A run with its link, and the link of the run that it tried again."""

    url: str
    retry_of_url: str | None


@dataclass(frozen=True)
class EndedRun:
    """How a run ended, and what can be done about it."""

    status: str
    line: str
    failures: Failures
    retry: RetryButton | None
    url: str

    @property
    def tone(self) -> str:
        """Of the colours: good only where nothing failed."""
        if self.status == RunStatus.FAILED:
            return "bad"
        fine = self.status == RunStatus.COMPLETED and not self.failures.groups
        return "good" if fine else "warn"


def stage_views(site: Site, cards: list[StageCard], run: Run | None = None) -> list[StageCardView]:
    """The cards with their links and buttons: to the rooms, or to the items of a run."""
    return [
        StageCardView(
            **asdict(card),
            href=run_url(site, run.run_id, card.slug)
            if run
            else url_for(ROOMS.get(card.slug, "automation.index"), site_slug=site.slug),
            retry=retry_button(site, card.run_id, {card.slug: card.retryable}, card.slug)
            if card.run_id and card.retryable
            else None,
        )
        for card in cards
    ]


def run_view(site: Site, run: Run) -> RunLineView:
    """The run as one line, with its links."""
    line = dashboard.run_line(run)
    return RunLineView(
        **asdict(line),
        url=run_url(site, run.run_id),
        retry_of_url=run_url(site, line.retry_of) if line.retry_of else None,
    )


def ended_run(site: Site, run: Run, titles: int = 0) -> EndedRun:
    """What is told of a run that is over; failures with so many titles each."""
    return EndedRun(
        status=run.status.value,
        line=closing_line(run),
        failures=failures_of(run, titles),
        retry=retry_button(site, run.run_id, retryable(run)),
        url=run_url(site, run.run_id),
    )


def run_url(site: Site, run_id: str, stage: str | None = None) -> str:
    """The page of a run, or of the items of one of its stages."""
    if stage is None:
        return url_for("automation.show", site_slug=site.slug, run_id=run_id)
    return url_for("run_items.index", site_slug=site.slug, run_id=run_id, slug=stage)


def retry_button(
    site: Site, run_id: str, left: Mapping[str, int], stage: str | None = None
) -> RetryButton | None:
    """The button for what is left, by stage; None when nothing is."""
    if not left:
        return None
    unit = stage_by_slug(next(iter(left))).unit if len(left) == 1 else ("item", "items")
    failed = count_of(sum(left.values()), (f"failed {unit[0]}", f"failed {unit[1]}"))
    return RetryButton(
        label=f"Retry {failed}",
        url=url_for("automation.retry", site_slug=site.slug, run_id=run_id),
        fields={"stage": stage} if stage else {},
    )
