"""What is done with chosen keywords: each button of the list's bar posts to one of these."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug import Response

from ..models import Site
from ..pipeline.wording import count_of
from ..services import keyword_changes
from ..services.errors import NotFound, Refused
from ..services.exporting.keywords_table import HEADER, keyword_rows
from ..services.exporting.table import csv_chunks
from ..services.filtering import Chosen
from ..services.keyword_changes import Changed
from ..services.sites import find_site
from .downloads import CSV, download
from .identity import me
from .keywords import wanted_keywords
from .lists import chosen, number, query
from .undo import flash_undoable

blueprint = Blueprint("keyword_changes", __name__, url_prefix="/sites/<site_slug>/keywords")

KEYWORDS = ("keyword", "keywords")
Verb = Callable[[Site, Chosen], Changed]


@blueprint.post("/archive")
def archive(site_slug: str) -> Response:
    """Put the chosen aside."""
    return _do(site_slug, keyword_changes.archive, "Archived")


@blueprint.post("/unarchive")
def unarchive(site_slug: str) -> Response:
    """Back from the archive."""
    return _do(site_slug, keyword_changes.unarchive, "Took out of the archive:")


@blueprint.post("/take-out")
def take_out(site_slug: str) -> Response:
    """Out of their clusters."""
    return _do(site_slug, keyword_changes.take_out, "Took out of their clusters:")


@blueprint.post("/assign")
def assign(site_slug: str) -> Response:
    """Into the cluster that is named."""
    name = request.form.get("cluster", "")
    return _do(
        site_slug,
        lambda site, some: keyword_changes.assign(site, some, name),
        f"Put into “{' '.join(name.split())}”:",
    )


@blueprint.post("/delete")
def delete(site_slug: str) -> Response:
    """Off all lists; the message has *Undo*."""
    return _do(site_slug, keyword_changes.delete, "Deleted")


@blueprint.post("/undelete/<deletion>")
def undelete(site_slug: str, deletion: str) -> Response:
    """Take back one deletion."""
    site = find_site(me(), site_slug)
    try:
        number = keyword_changes.undelete(site, deletion)
    except NotFound as gone:
        flash(gone.message, "warning")
    else:
        flash(f"Back again: {count_of(number, KEYWORDS)}.", "success")
    return _back(site_slug)


@blueprint.post("/restore")
def restore(site_slug: str) -> Response:
    """Bring chosen deleted ones back."""
    return _do(site_slug, keyword_changes.restore, "Back again:")


@blueprint.post("/forget")
def forget(site_slug: str) -> Response:
    """Remove chosen deleted ones for ever."""
    return _do(site_slug, keyword_changes.forget, "Removed for ever:")


@blueprint.post("/export")
def export(site_slug: str) -> Response:
    """The chosen as CSV."""
    site = find_site(me(), site_slug)
    try:
        chunks = csv_chunks(HEADER, keyword_rows(site, chosen(wanted_keywords(site))))
        return download(f"{site.slug}-keywords.csv", CSV, chunks)
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
        return _back(site_slug)


def _do(site_slug: str, verb: Verb, said: str) -> Response:
    site = find_site(me(), site_slug)
    try:
        done = verb(site, chosen(wanted_keywords(site)))
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
        return _back(site_slug)
    text = f"{said} {count_of(done.number, KEYWORDS)}."
    if done.deletion and done.number:
        undo = url_for(".undelete", site_slug=site_slug, deletion=done.deletion, **query())
        flash_undoable(text, undo)
    elif done.number or not done.in_hand:
        flash(text, "success" if done.number else "warning")
    if done.in_hand:
        some = count_of(done.in_hand, KEYWORDS)
        flash(f"Left as they are: {some}. A live run is working on them.", "warning")
    return _back(site_slug)


def _back(site_slug: str) -> Response:
    """To the list, or to the page of the cluster from which it was done (``?at=cluster``)."""
    asked = query()
    if asked.get("at") == "cluster":
        cluster_id = number(asked.get("cluster", ""))
        return redirect(url_for("cluster.show", site_slug=site_slug, cluster_id=cluster_id))
    return redirect(url_for("keywords.index", site_slug=site_slug, **asked))
