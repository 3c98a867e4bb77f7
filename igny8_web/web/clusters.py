"""The clusters of a site: the list, and what is done with chosen ones."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from ..models import ClusterStatus, Site
from ..pipeline.wording import count_of
from ..services import cluster_names, clusters, rooms
from ..services.errors import Invalid, NotFound, Refused
from ..services.rooms import ClusterFilter
from ..services.sites import find_site
from . import htmx
from .identity import me
from .lists import chosen, listing, query, wanted_place, wanted_status, wanted_text

blueprint = Blueprint("clusters", __name__, url_prefix="/sites/<site_slug>/clusters")

CLUSTERS = ("cluster", "clusters")


def wanted_clusters(_site: Site) -> ClusterFilter:
    """What the URL asks for, of the list and of all that is done with it."""
    return ClusterFilter(wanted_status(ClusterStatus), wanted_text())


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The list."""
    return _list(find_site(me(), site_slug))


@blueprint.get("/names")
def names(site_slug: str) -> Response:
    """Names that fit what somebody types (``?cluster=``), as options."""
    site = find_site(me(), site_slug)
    found = cluster_names.names(site, request.args.get("cluster", ""))
    return htmx.fragment("clusters/_names.html", names=found)


@blueprint.post("/")
def create(site_slug: str) -> ResponseReturnValue:
    """An empty cluster of this name."""
    site, name = find_site(me(), site_slug), request.form.get("name", "")
    try:
        made = clusters.create(site, name)
    except Invalid as invalid:
        return _list(site, name, invalid), 422
    return redirect(url_for("cluster.show", site_slug=site_slug, cluster_id=made.id))


@blueprint.post("/merge")
def merge(site_slug: str) -> Response:
    """Make one of the chosen."""
    site = find_site(me(), site_slug)
    try:
        target = clusters.merge(
            site, chosen(wanted_clusters(site)), request.form.get("cluster", "")
        )
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
        return _back(site_slug)
    flash(f"Merged into “{target.name}”.", "success")
    return redirect(url_for("cluster.show", site_slug=site_slug, cluster_id=target.id))


@blueprint.post("/delete-empty")
def delete_empty(site_slug: str) -> Response:
    """Remove those of the chosen that hold nothing."""
    site = find_site(me(), site_slug)
    try:
        removed = clusters.delete_empty(site, chosen(wanted_clusters(site)))
    except Refused as refused:
        flash(refused.message, "warning")
        return _back(site_slug)
    flash(f"Deleted {count_of(removed.number, CLUSTERS)}.", "success")
    if removed.kept:
        flash(
            f"Kept {count_of(removed.kept, CLUSTERS)} with keywords or ideas: merge instead.",
            "warning",
        )
    return _back(site_slug)


def _list(site: Site, name: str = "", invalid: Invalid | None = None) -> str:
    wanted = wanted_clusters(site)
    return render_template(
        "clusters/index.html",
        site=site,
        clusters=listing(site, wanted, rooms.clusters(site, wanted_place(), wanted)),
        name=name,
        error=invalid and invalid.message,
    )


def _back(site_slug: str) -> Response:
    return redirect(url_for(".index", site_slug=site_slug, **query()))
