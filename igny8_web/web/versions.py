"""The versions of an article."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug import Response

from ..services import versions
from ..services.errors import NotFound, Refused
from ..services.sites import find_site
from .identity import me

blueprint = Blueprint(
    "versions", __name__, url_prefix="/sites/<site_slug>/content/<int:content_id>/versions"
)


@blueprint.get("/")
def index(site_slug: str, content_id: int) -> str:
    """Who made which, when."""
    site = find_site(me(), site_slug)
    content, lines = versions.versions_of(site, content_id)
    return render_template(
        "content/versions.html",
        site=site,
        content=content,
        lines=lines,
    )


@blueprint.get("/<int:number>")
def show(site_slug: str, content_id: int, number: int) -> str:
    """What this version changed of the one before, and what came after it."""
    site = find_site(me(), site_slug)
    content, lines = versions.versions_of(site, content_id)
    version = versions.find_version(site, content_id, number)
    newest = lines[0].version.number
    before = versions.find_version(site, content_id, number - 1) if number > 1 else None
    return render_template(
        "content/version.html",
        site=site,
        content=content,
        version=version,
        before=before and versions.difference(before, version),
        since=versions.difference(version, versions.find_version(site, content_id, newest))
        if number < newest
        else None,
        newest=newest,
    )


@blueprint.post("/<int:number>/restore")
def restore(site_slug: str, content_id: int, number: int) -> Response:
    """Take it back, as a new version."""
    site = find_site(me(), site_slug)
    try:
        versions.restore(site, content_id, number, me())
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(f"Version {number} is in use again.", "success")
    return redirect(url_for(".index", site_slug=site_slug, content_id=content_id))
