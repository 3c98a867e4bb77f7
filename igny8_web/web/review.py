"""The review gate: what waits for a person, and the person's decision."""

from __future__ import annotations

import enum

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from ..models import Content, ContentStatus
from ..services import review, rooms
from ..services.errors import Invalid, Refused
from ..services.reading import find_article
from ..services.sites import find_site
from .identity import me
from .lists import listing, wanted_place, wanted_status

blueprint = Blueprint("review", __name__, url_prefix="/sites/<site_slug>/review")


class Shelf(enum.StrEnum):
    """The statuses that a reviewer has to do with."""

    REVIEW = ContentStatus.REVIEW.value
    SENT_BACK = ContentStatus.SENT_BACK.value
    APPROVED = ContentStatus.APPROVED.value


@blueprint.get("/")
def index(site_slug: str) -> str:
    """What waits; ``?status=`` shows what was sent back or approved."""
    site = find_site(me(), site_slug)
    shelf = wanted_status(Shelf) or Shelf.REVIEW
    page = rooms.contents_to_review(site, wanted_place(), ContentStatus(shelf))
    contents = listing(page, rooms.counts(Content, site), Shelf, every=False)
    return render_template("review/index.html", site=site, contents=contents, shelf=shelf)


@blueprint.get("/<int:content_id>")
def show(site_slug: str, content_id: int) -> str:
    """One article with the buttons to decide on it."""
    site = find_site(me(), site_slug)
    article = find_article(site, content_id)
    return render_template("review/show.html", site=site, article=article, note="", error=None)


@blueprint.post("/<int:content_id>/approve")
def approve(site_slug: str, content_id: int) -> Response:
    """This person finds it ready."""
    site = find_site(me(), site_slug)
    content = find_article(site, content_id).content
    try:
        review.approve(content, me())
        flash(f"Approved: {content.title}", "success")
    except Refused as refused:
        flash(refused.message, "warning")
    return redirect(url_for(".index", site_slug=site_slug))


@blueprint.post("/<int:content_id>/send-back")
def send_back(site_slug: str, content_id: int) -> ResponseReturnValue:
    """This person wants it changed, and says what."""
    site = find_site(me(), site_slug)
    article, note = find_article(site, content_id), request.form.get("note", "")
    try:
        review.send_back(article.content, me(), note)
        flash(f"Sent back: {article.content.title}", "success")
    except Invalid as invalid:
        page = render_template(
            "review/show.html", site=site, article=article, note=note, error=invalid.message
        )
        return page, 422
    except Refused as refused:
        flash(refused.message, "warning")
    return redirect(url_for(".index", site_slug=site_slug))
