"""The ideas of a site."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..models import Idea, IdeaStatus
from ..services import rooms
from ..services.sites import find_site
from .identity import me
from .lists import listing, wanted_cluster, wanted_place, wanted_status

blueprint = Blueprint("ideas", __name__, url_prefix="/sites/<site_slug>/ideas")


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The list; ``?cluster=`` shows one cluster's."""
    site = find_site(me(), site_slug)
    cluster = wanted_cluster(site)
    page = rooms.ideas(site, wanted_place(), wanted_status(IdeaStatus), cluster)
    ideas = listing(page, rooms.counts(Idea, site, cluster), IdeaStatus)
    return render_template("ideas/index.html", site=site, ideas=ideas, cluster=cluster)
