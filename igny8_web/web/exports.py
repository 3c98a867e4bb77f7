"""Articles to take along: a zip of pages, Markdown and pictures, or a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Blueprint, flash, redirect, url_for
from werkzeug import Response

from ..models import Site
from ..services import rooms
from ..services.errors import NotFound, Refused
from ..services.exporting.bundle import csv_of, zip_of
from ..services.filtering import Chosen
from ..services.sites import find_site
from .content import wanted_contents
from .downloads import CSV, ZIP, download
from .identity import me
from .lists import chosen, query

blueprint = Blueprint("exports", __name__, url_prefix="/sites/<site_slug>/content")


@blueprint.post("/download")
def articles(site_slug: str) -> Response:
    """The chosen articles as a zip."""
    return _download(site_slug, "articles.zip", ZIP, zip_of)


@blueprint.post("/table")
def table(site_slug: str) -> Response:
    """The chosen articles as CSV."""
    return _download(site_slug, "articles.csv", CSV, csv_of)


@blueprint.get("/<int:content_id>/download")
def article(site_slug: str, content_id: int) -> Response:
    """One article as a zip."""
    site = find_site(me(), site_slug)
    pieces = zip_of(site, Chosen(rooms.ContentFilter(), [content_id]))
    return download(f"{site.slug}-article-{content_id}.zip", ZIP, pieces)


def _download(
    site_slug: str, name: str, kind: str, pieces: Callable[[Site, Chosen], Iterator[bytes]]
) -> Response:
    site = find_site(me(), site_slug)
    try:
        return download(f"{site.slug}-{name}", kind, pieces(site, chosen(wanted_contents(site))))
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
        return redirect(url_for("content.index", site_slug=site_slug, **query()))
