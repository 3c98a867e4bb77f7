"""One cluster: its keywords and ideas, its name, and what it is made of."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from ..models import KeywordStatus, Site
from ..services import cluster_names, clusters, rooms
from ..services.errors import Invalid, NotFound, Refused
from ..services.filtering import Chosen
from ..services.in_hand import runs_by_item
from ..services.rooms.ideas import IdeaFilter
from ..services.rooms.keywords import KeywordFilter
from ..services.sites import find_site
from .identity import me
from .lists import chosen, listing, wanted_place

blueprint = Blueprint(
    "cluster", __name__, url_prefix="/sites/<site_slug>/clusters/<int:cluster_id>"
)


@blueprint.get("/")
def show(site_slug: str, cluster_id: int) -> str:
    """The page."""
    return _page(find_site(me(), site_slug), cluster_id)


@blueprint.post("/rename")
def rename(site_slug: str, cluster_id: int) -> ResponseReturnValue:
    """Give it another name."""
    site, name = find_site(me(), site_slug), request.form.get("name", "")
    try:
        clusters.rename(site, cluster_id, name)
    except Invalid as invalid:
        return _page(site, cluster_id, name=name, error=invalid.message), 422
    flash("Renamed.", "success")
    return _back(site_slug, cluster_id)


@blueprint.post("/merge")
def merge(site_slug: str, cluster_id: int) -> Response:
    """Move all of it into the cluster that is named, and remove it."""
    site = find_site(me(), site_slug)
    try:
        target = clusters.merge(
            site, Chosen(rooms.ClusterFilter(), [cluster_id]), request.form.get("cluster", "")
        )
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
        return _back(site_slug, cluster_id)
    flash(f"Merged into “{target.name}”.", "success")
    return _back(site_slug, target.id)


@blueprint.post("/split")
def split(site_slug: str, cluster_id: int) -> Response:
    """The chosen keywords become a cluster of their own."""
    site = find_site(me(), site_slug)
    try:
        some = chosen(_keywords(cluster_id))
        made = clusters.split(site, cluster_id, some, request.form.get("cluster", ""))
    except Refused as refused:
        flash(refused.message, "warning")
        return _back(site_slug, cluster_id)
    flash(f"Split off “{made.name}”.", "success")
    return _back(site_slug, made.id)


def _keywords(cluster_id: int) -> KeywordFilter:
    return KeywordFilter(status=KeywordStatus.MAPPED, cluster_id=cluster_id)


def _page(site: Site, cluster_id: int, **form: Any) -> str:
    cluster = rooms.find_cluster(site, cluster_id)
    wanted = _keywords(cluster_id)
    found = listing(site, wanted, rooms.keywords(site, wanted_place(), wanted))
    ideas = rooms.ideas(site, wanted_place(), IdeaFilter(cluster_id=cluster_id))
    return render_template(
        "clusters/show.html",
        site=site,
        cluster=cluster,
        keywords=found,
        ideas=ideas.rows,
        neighbours=cluster_names.neighbours(site, cluster),
        run_id=runs_by_item(("develop-ideas",), [cluster_id]).get(cluster_id),
        **form,
    )


def _back(site_slug: str, cluster_id: int) -> Response:
    return redirect(url_for(".show", site_slug=site_slug, cluster_id=cluster_id))
