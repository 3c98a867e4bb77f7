"""The clusters of a site."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..models import Cluster, ClusterStatus
from ..services import rooms
from ..services.sites import find_site
from .identity import me
from .lists import listing, wanted_place, wanted_status

blueprint = Blueprint("clusters", __name__, url_prefix="/sites/<site_slug>/clusters")


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The list."""
    site = find_site(me(), site_slug)
    page = rooms.clusters(site, wanted_place(), wanted_status(ClusterStatus))
    clusters = listing(page, rooms.counts(Cluster, site), ClusterStatus)
    return render_template("clusters/index.html", site=site, clusters=clusters)
