"""The dashboard of a site, and the overview of all sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from ..models import Site
from ..pipeline.stages import STAGES
from ..services.site_dashboard import SiteDashboard, Week, dashboard_of, overview
from ..services.sites import find_site
from .identity import me
from .run_views import ROOMS, run_view

blueprint = Blueprint("dashboard", __name__)

_STATUS = {
    "cluster-keywords": "new",
    "develop-ideas": "new",
    "queue-tasks": "new",
    "write-content": "queued",
    "write-image-prompts": "draft",
    "draw-images": "pending",
}
"""Which tab of a room shows what waits for its stage."""


@dataclass(frozen=True)
class Node:
    """One room of the flow picture, and what waits in it."""

    label: str
    number: int
    url: str
    x: int
    """Of its left edge, in units of the picture."""


@dataclass(frozen=True)
class Bar:
    """One week of a chart: 100 units high is the highest."""

    label: str
    number: int
    height: int
    x: int


@blueprint.get("/sites/")
def sites() -> str:
    """All sites, a line each."""
    return render_template("dashboard/sites.html", lines=overview(me()))


@blueprint.get("/sites/<site_slug>/")
def show(site_slug: str) -> str:
    """One site."""
    site = find_site(me(), site_slug)
    found = dashboard_of(site)
    return render_template(
        "dashboard/show.html",
        site=site,
        board=found,
        nodes=_nodes(site, found),
        articles=_bars(found.weeks, "articles"),
        approved=_bars(found.weeks, "approved"),
        runs=[run_view(site, run) for run in found.runs],
        failed_run=found.failed_run and run_view(site, found.failed_run),
        next_step=_next_step(site, found),
    )


def _nodes(site: Site, board: SiteDashboard) -> list[Node]:
    return [
        Node(
            stage.title.split(" → ")[0] if " → " in stage.title else "Review",
            board.waiting[stage.slug],
            url_for(ROOMS[stage.slug], site_slug=site.slug, status=_STATUS.get(stage.slug)),
            place * 130,
        )
        for place, stage in enumerate(STAGES)
        if stage.slug in ROOMS
    ]


def _bars(weeks: Sequence[Week], name: str) -> list[Bar]:
    numbers = [getattr(week, name) for week in weeks]
    most = max(*numbers, 1)
    return [
        Bar(f"{week.monday.day} {week.monday:%b}", number, round(100 * number / most), place * 80)
        for place, (week, number) in enumerate(zip(weeks, numbers, strict=True))
    ]


def _next_step(site: Site, board: SiteDashboard) -> tuple[str, str, str]:
    """What makes most sense now: a sentence, and the label and URL of its button."""
    if not board.has_keywords:
        url = url_for("keywords.upload", site_slug=site.slug)
        return "Begin with the keywords of the site.", "Import keywords", url
    waits = board.waiting["gather-for-review"]
    ahead = sum(number for slug, number in board.waiting.items() if slug != "gather-for-review")
    if any(run.is_live for run in board.runs):
        url = url_for("automation.index", site_slug=site.slug)
        return "A run is at work.", "Watch it", url
    if waits:
        url = url_for("review.index", site_slug=site.slug)
        what = "1 article waits" if waits == 1 else f"{waits:,} articles wait"
        return f"{what} for your decision.", "Review", url
    url = url_for("automation.index", site_slug=site.slug)
    if ahead:
        return "There is work that nobody has begun.", "Run the automation", url
    return (
        "All of it is done. More keywords make more articles.",
        "Import keywords",
        url_for("keywords.upload", site_slug=site.slug),
    )
