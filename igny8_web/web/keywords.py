"""The keywords of a site, and their import: choose a file, look at what it would do, import."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..importers import UnreadableFile
from ..importers.words import INTENTS
from ..models import KeywordStatus, Site
from ..pipeline.wording import count_of
from ..services import keywords, rooms, uploads
from ..services.errors import NotFound
from ..services.keyword_changes import KEPT_DAYS
from ..services.keywords import Preview
from ..services.rooms.keywords import ORDERS, KeywordFilter
from ..services.sites import find_site
from ..services.uploads import Upload
from .identity import me
from .lists import (
    listing,
    wanted_bound,
    wanted_cluster,
    wanted_place,
    wanted_sorting,
    wanted_status,
    wanted_text,
    wanted_word,
)

blueprint = Blueprint("keywords", __name__, url_prefix="/sites/<site_slug>/keywords")

ROWS_SHOWN, LEFT_OUT_SHOWN = 50, 500
"""Of a preview: new rows; duplicates and rejected rows, which are folded."""


def wanted_keywords(site: Site) -> KeywordFilter:
    """What the URL asks for, of the list and of all that is done with it."""
    cluster = wanted_cluster(site)
    return KeywordFilter(
        status=wanted_status(KeywordStatus),
        text=wanted_text(),
        intent=wanted_word("intent", INTENTS),
        cluster_id=cluster.id if cluster else None,
        cluster=wanted_text("in_cluster", "Cluster contains"),
        volume_from=wanted_bound("volume_from"),
        volume_to=wanted_bound("volume_to"),
        difficulty_from=wanted_bound("difficulty_from", most=100),
        difficulty_to=wanted_bound("difficulty_to", most=100),
    )


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The list, as its URL filters and sorts it."""
    site = find_site(me(), site_slug)
    wanted = wanted_keywords(site)
    sorting = wanted_sorting(ORDERS, "-volume")
    page = rooms.keywords(site, wanted_place(), wanted, sorting.by, descending=sorting.descending)
    found = listing(site, wanted, page, sorting=sorting)
    return render_template(
        "keywords/index.html",
        site=site,
        keywords=found,
        intents=[("", "Any"), *((intent, intent.capitalize()) for intent in INTENTS)],
        kept_days=KEPT_DAYS,
    )


@blueprint.get("/import")
def upload(site_slug: str) -> str:
    """Choose a file or paste a list."""
    site = find_site(me(), site_slug)
    return render_template("keywords/upload.html", site=site, text="", errors={})


@blueprint.post("/import")
def preview(site_slug: str) -> ResponseReturnValue:
    """What importing the file would do. Nothing is stored but the file, for a day."""
    site = find_site(me(), site_slug)
    given, field = _upload(), "text" if "text" in request.form else "file"
    try:
        found = keywords.preview(site, given.filename, given.data)
    except UnreadableFile as unreadable:
        text = request.form.get("text", "")
        errors = {field: _why_not(field, given) or str(unreadable)}
        page = render_template("keywords/upload.html", site=site, text=text, errors=errors)
        return page, 422
    return render_template(
        "keywords/preview.html",
        site=site,
        filename=given.filename,
        preview=found,
        shown=ROWS_SHOWN,
        most_left_out=LEFT_OUT_SHOWN,
        token=uploads.keep(me(), site, given),
    )


@blueprint.post("/import/<token>")
def store(site_slug: str, token: str) -> ResponseReturnValue:
    """Import what was looked at, all or nothing."""
    site = find_site(me(), site_slug)
    try:
        given = uploads.find(me(), site, token)
    except NotFound as gone:
        flash(gone.message, "warning")
        return redirect(url_for(".upload", site_slug=site_slug))
    done = keywords.import_keywords(site, given.filename, given.data)
    uploads.remove(me(), site, token)
    flash(_told(done), "success")
    return redirect(url_for(".index", site_slug=site_slug))


def _upload() -> Upload:
    if "text" in request.form:
        return Upload("The list", request.form["text"].encode())
    file = request.files.get("file")
    return Upload(file.filename or "", file.read()) if file else Upload("", b"")


def _why_not(field: str, given: Upload) -> str | None:
    """What to say to someone who gave nothing at all."""
    if field == "text":
        return None if given.data.strip() else "Paste at least one keyword."
    return None if given.filename else "Choose a file first."


def _told(done: Preview) -> str:
    """ "Imported 150 keywords. Left out: 3 duplicates, 2 rejected rows."."""
    line = f"Imported {count_of(len(done.new), ('keyword', 'keywords'))}."
    left_out = [
        count_of(number, words)
        for number, words in (
            (len(done.duplicates), ("duplicate", "duplicates")),
            (len(done.rejected), ("rejected row", "rejected rows")),
        )
        if number
    ]
    return f"{line} Left out: {', '.join(left_out)}." if left_out else line
