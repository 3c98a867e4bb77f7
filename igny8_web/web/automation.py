"""The automation page: *Run now*, the live card, stage cards and runs."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from markupsafe import Markup
from werkzeug import Response

from ..models import Run, Site
from ..services import automation, dashboard, retries, runs, sites, spending
from ..services.amounts import dollars
from ..services.errors import Refused
from ..services.failures import TITLES_SHOWN
from . import htmx, money
from .cards import CardView, card_view
from .identity import me
from .run_views import ended_run, run_url, run_view, stage_views

blueprint = Blueprint("automation", __name__, url_prefix="/sites/<site_slug>/automation")


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
    """Start all stages, up to the ``cap`` of the form; a live run is not disturbed, and linked."""
    site = sites.find_site(me(), site_slug)
    typed = request.form.get("cap", "")
    _start(site, lambda: automation.run_now(site, cap=dollars(typed, "cap")))
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
        run=run_view(site, run),
        ended=ended_run(site, run, TITLES_SHOWN),
        stages=stage_views(site, dashboard.run_stage_cards(run), run),
        spent=spending.by_stage(run),
        cap=run.cap,
        retries=[run_view(site, retry) for retry in retries.retries_of(run)],
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


@blueprint.post("/runs/<run_id>/raise-cap")
def raise_cap(site_slug: str, run_id: str) -> Response:
    """Go on, up to ``cap`` dollars."""
    typed = request.form.get("cap", "")
    return _tell(site_slug, run_id, lambda run: automation.raise_cap(run, money.amount(typed)))


@blueprint.post("/runs/<run_id>/cancel")
def cancel(site_slug: str, run_id: str) -> Response:
    """End the run after what is in hand."""
    return _tell(site_slug, run_id, automation.cancel)


@blueprint.post("/runs/<run_id>/retry")
def retry(site_slug: str, run_id: str) -> Response:
    """Try again what failed in it, or in its ``stage``, and show the run that does so."""
    site, run = _find(site_slug, run_id)
    stage = request.form.get("stage") or None
    started = _start(site, lambda: retries.retry_failed(run, stage))
    return redirect(run_url(site, started.run_id if started else run_id))


def _start(site: Site, start: Callable[[], Run]) -> Run | None:
    """Start a run. Where it cannot be, or is not heard, a message says why."""
    try:
        run = start()
    except automation.AlreadyRunning as refused:
        link = run_url(site, refused.run.run_id)
        flash(Markup('{} <a href="{}">Show it</a>').format(refused.message, link), "warning")
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        if words := automation.not_heard(run):
            flash(words, "warning")
        return run
    return None


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
    button = {} if view.live else money.run_now_button(site, automation.live_run(site) is None)
    answer = htmx.fragment("automation/_card_answer.html", site=site, card=view, **button)
    return htmx.hx_trigger(answer, "stage-complete") if view.stage_ended else answer


def _page(site: Site) -> dict[str, object]:
    found = dashboard.find_runs(site)
    latest = dashboard.latest_run(site, found)
    standing = dashboard.standing_of(site)
    cards = dashboard.stage_cards(latest, standing.waiting)
    last = next((run for run in found if run.finished_at), None)
    return {
        "site": site,
        "stages": stage_views(site, cards),
        "runs": [run_view(site, run) for run in found],
        "last_run": last and ended_run(site, last),
        "nothing_to_do": dashboard.nothing_to_do(cards),
        "has_keywords": standing.has_keywords,
        "metrics_url": url_for(".metrics", site_slug=site.slug),
        "import_url": url_for("keywords.upload", site_slug=site.slug),
        "month": spending.month_of(site),
        **money.run_now_button(site, can_run=not (latest and latest.is_live)),
    }
