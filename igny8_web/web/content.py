"""The contents of a site, and the reading view of one."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..models import ContentStatus, Site
from ..services import rooms
from ..services.reading import find_article
from ..services.rooms import ContentFilter
from ..services.sites import find_site
from .identity import me
from .lists import listing, wanted_place, wanted_status, wanted_text

blueprint = Blueprint("content", __name__, url_prefix="/sites/<site_slug>/content")


def wanted_contents(_site: Site) -> ContentFilter:
    """What the URL asks for, of the list and of all that is done with it."""
    return ContentFilter(wanted_status(ContentStatus), wanted_text())


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The list, as its URL filters it."""
    site = find_site(me(), site_slug)
    wanted = wanted_contents(site)
    contents = listing(site, wanted, rooms.contents(site, wanted_place(), wanted))
    return render_template("content/index.html", site=site, contents=contents)


@blueprint.get("/<int:content_id>")
def show(site_slug: str, content_id: int) -> str:
    """One article as it will be published."""
    site = find_site(me(), site_slug)
    article = find_article(site, content_id)
    return render_template("content/show.html", site=site, article=article)
