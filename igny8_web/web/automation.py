"""The automation page: *Run now*, the live card, stage cards and runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from markupsafe import Markup
from werkzeug import Response

from ..models import Run, Site
from ..services import automation, dashboard, runs, sites
from ..services.dashboard import RunLine, StageCard
from ..services.errors import Refused
from . import htmx
from .cards import CardView, card_view
from .identity import me

blueprint = Blueprint("automation", __name__, url_prefix="/sites/<site_slug>/automation")

ROOMS = {
    "cluster-keywords": "keywords.index",
    "develop-ideas": "clusters.index",
    "queue-tasks": "ideas.index",
    "write-content": "tasks.index",
    "write-image-prompts": "content.index",
    "draw-images": "images.index",
    "gather-for-review": "review.index",
}
"""Where the rows of a stage are looked at; a stage without a room links to this page."""


@dataclass(frozen=True)
class StageCardView(StageCard):
    """A stage card with its link."""

    href: str


@dataclass(frozen=True)
class RunLineView(RunLine):
    """A run with its link."""

    url: str


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The page; ``?run=`` shows the card of a certain live run."""
    site = sites.find_site(me(), site_slug)
    run = _chosen_run(site)
    return render_template(
        "automation/index.html", card=run and card_view(site, run), **_page(site)
    )


@blueprint.get("/metrics")
def metrics(site_slug: str) -> Response:
    """Stage cards and runs, for the page that heard ``stage-complete``."""
    site = sites.find_site(me(), site_slug)
    return htmx.fragment("automation/_metrics_answer.html", **_page(site))


@blueprint.post("/run")
def run_now(site_slug: str) -> Response:
    """Start all stages; a live run is not disturbed, and linked."""
    site = sites.find_site(me(), site_slug)
    try:
        automation.run_now(site)
    except automation.AlreadyRunning as refused:
        link = url_for(".show", site_slug=site_slug, run_id=refused.run.run_id)
        flash(Markup('{} <a href="{}">Show it</a>').format(refused.message, link), "warning")
    return redirect(url_for(".index", site_slug=site_slug))


@blueprint.get("/runs/<run_id>")
def show(site_slug: str, run_id: str) -> str | Response:
    """One run that is over; a live one is shown by its card."""
    site, run = _find(site_slug, run_id)
    if run.is_live:
        return redirect(url_for(".index", site_slug=site_slug, run=run_id))
    return render_template(
        "automation/show.html",
        site=site,
        run=_run_view(site, run),
        stages=_stage_views(site, dashboard.run_stage_cards(run)),
        failures=[(f.reason, f.count, f.titles) for f in dashboard.failure_groups(run)],
    )


@blueprint.get("/runs/<run_id>/card")
def card(site_slug: str, run_id: str) -> Response:
    """The card, every 3 s: 204 while ``rev`` is what the browser shows."""
    if request.args.get("rev") == str(runs.revision(me(), run_id)):
        return htmx.unchanged()
    site, run = _find(site_slug, run_id)
    return _card_answer(site, card_view(site, run, request.args))


@blueprint.post("/runs/<run_id>/pause")
def pause(site_slug: str, run_id: str) -> Response:
    """Claim nothing more until *Resume*."""
    return _tell(site_slug, run_id, automation.pause)


@blueprint.post("/runs/<run_id>/resume")
def resume(site_slug: str, run_id: str) -> Response:
    """Go on."""
    return _tell(site_slug, run_id, automation.resume)


@blueprint.post("/runs/<run_id>/cancel")
def cancel(site_slug: str, run_id: str) -> Response:
    """End the run after what is in hand."""
    return _tell(site_slug, run_id, automation.cancel)


def _tell(site_slug: str, run_id: str, verb: Callable[[Run], None]) -> Response:
    """Do it, and answer with the card: the fragment for htmx, the page for a plain form."""
    site, run = _find(site_slug, run_id)
    try:
        verb(run)
    except Refused as refused:
        flash(refused.message, "warning")
    if htmx.is_htmx():
        answer = _card_answer(site, card_view(site, run))
        return htmx.hx_trigger(answer, "stage-complete")  # the metrics show how the run stands
    return redirect(url_for(".index", site_slug=site_slug, run=run_id))


def _find(site_slug: str, run_id: str) -> tuple[Site, Run]:
    run = runs.find_run(me(), run_id)
    if run.site.slug != site_slug:
        abort(404)
    return run.site, run


def _chosen_run(site: Site) -> Run | None:
    if run_id := request.args.get("run"):
        _, run = _find(site.slug, run_id)
        if run.is_live:
            return run
    return runs.live_run_of(site)


def _card_answer(site: Site, view: CardView) -> FlaskResponse:
    button = {} if view.live else _run_now_button(site)
    answer = htmx.fragment("automation/_card_answer.html", site=site, card=view, **button)
    return htmx.hx_trigger(answer, "stage-complete") if view.stage_ended else answer


def _run_now_button(site: Site) -> dict[str, object]:
    return {
        "can_run": automation.live_run(site) is None,
        "run_now_url": url_for(".run_now", site_slug=site.slug),
    }


def _page(site: Site) -> dict[str, object]:
    cards = dashboard.stage_cards(site)
    found = [_run_view(site, run) for run in dashboard.find_runs(site)]
    return {
        "site": site,
        "stages": _stage_views(site, cards),
        "runs": found,
        "last_run": next((run for run in found if run.finished_at), None),
        "nothing_to_do": dashboard.nothing_to_do(cards),
        "has_keywords": dashboard.has_keywords(site),
        "metrics_url": url_for(".metrics", site_slug=site.slug),
        "import_url": url_for("keywords.upload", site_slug=site.slug),
        **_run_now_button(site),
    }


def _stage_views(site: Site, cards: list[StageCard]) -> list[StageCardView]:
    return [
        StageCardView(
            **asdict(card),
            href=url_for(ROOMS.get(card.slug, "automation.index"), site_slug=site.slug),
        )
        for card in cards
    ]


def _run_view(site: Site, run: Run) -> RunLineView:
    line = dashboard.run_line(run)
    return RunLineView(
        **asdict(line), url=url_for("automation.show", site_slug=site.slug, run_id=run.run_id)
    )
