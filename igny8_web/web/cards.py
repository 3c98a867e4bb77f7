"""The live card: a run's state, where its buttons lead, and what is worth announcing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from flask import url_for

from ..extensions import session
from ..models import Run, Site
from ..pipeline.progress import ProcessingState, processing_state
from ..pipeline.stages import stage_by_slug
from .money import Fix, fix_for
from .run_views import EndedRun, ended_run, run_url


@dataclass(frozen=True)
class Step:
    """One stage of the run, and where its items are seen; None where nothing was done yet."""

    number: int
    name: str
    status: str
    url: str | None


@dataclass(frozen=True)
class CardView(ProcessingState):
    """What ``automation/_card.html`` gets."""

    poll_url: str
    pause_url: str
    resume_url: str
    cancel_url: str
    fix: Fix | None
    """What can be done where it is paused for a reason."""
    retry_of_url: str | None
    """The page of the run whose failed items it tries again."""
    ended: EndedRun | None
    """What is told of it when it is over."""
    announcement: str | None
    """A milestone for the live region, or nothing: not every poll is news."""
    steps: tuple[Step, ...]
    """Every stage of the run."""
    stage_ended: bool
    """Whether a stage ended since the card that the browser shows."""


def card_view(site: Site, run: Run, shown: Mapping[str, str] | None = None) -> CardView:
    """The card of a run; ``shown`` are the poll's parameters: what the browser shows now."""
    state = processing_state(session(), run)
    here: dict[str, Any] = {"site_slug": site.slug, "run_id": run.run_id}
    return CardView(
        **{field.name: getattr(state, field.name) for field in fields(ProcessingState)},
        poll_url=url_for(
            "automation.card",
            **here,
            rev=state.rev,
            stage=state.stage_number,
            percent=state.percentage,
            failed=state.failed_items,
        ),
        pause_url=url_for("automation.pause", **here),
        resume_url=url_for("automation.resume", **here),
        cancel_url=url_for("automation.cancel", **here),
        fix=fix_for(site, run, state) if state.paused_for else None,
        retry_of_url=run_url(site, run.retry_of.run_id) if run.retry_of else None,
        ended=None if state.live else ended_run(site, run),
        steps=_steps(site, run),
        announcement=_news(state, shown or {}),
        stage_ended=bool(shown) and (not state.live or _stage_of(shown) != state.stage_number),
    )


def _steps(site: Site, run: Run) -> tuple[Step, ...]:
    any_stage = run.stages[0].slug
    below = run_url(site, run.run_id, any_stage).removesuffix(any_stage)  # built once, not 7 times
    return tuple(
        Step(
            stage.number,
            stage_by_slug(stage.slug).title,
            stage.status.value,
            below + stage.slug if stage.started_at else None,
        )
        for stage in run.stages
    )


def _news(state: ProcessingState, shown: Mapping[str, str]) -> str | None:
    """Stage changes, quarters, failures, pauses and the end."""
    if not state.live:
        return state.closing_line
    if not shown:
        return state.notice
    if _stage_of(shown) != state.stage_number:
        return f"Stage {state.stage_number} of {state.stages_total}: {state.stage_name}."
    if state.failed_items > _number(shown, "failed"):
        return f"{state.failed_items} {state.units} failed in {state.stage_name}."
    if state.percentage // 25 > _number(shown, "percent") // 25:
        return f"{state.stage_name}: {state.percentage} percent."
    return None


def _stage_of(shown: Mapping[str, str] | None) -> int:
    return _number(shown or {}, "stage")


def _number(shown: Mapping[str, str], name: str) -> int:
    value = shown.get(name, "")
    return int(value) if value.isdecimal() else 0
