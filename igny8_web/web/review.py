"""The review gate: what waits for a person, and the person's decision."""

from __future__ import annotations

import enum
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from ..models import Content, ContentStatus, Site
from ..pipeline.wording import count_of
from ..services import editing, review, review_queue, rooms
from ..services.errors import Invalid, NotFound, Refused
from ..services.reading import Article, find_article
from ..services.rooms import ContentFilter
from ..services.seo import preview_of
from ..services.sites import find_site
from .identity import me
from .lists import chosen, listing, number, wanted_place, wanted_status
from .undo import flash_undoable

blueprint = Blueprint("review", __name__, url_prefix="/sites/<site_slug>/review")

NAMED = 5
"""Titles of what was left out that are named in a message."""


class Shelf(enum.StrEnum):
    """The statuses that a reviewer has to do with."""

    REVIEW = ContentStatus.REVIEW.value
    SENT_BACK = ContentStatus.SENT_BACK.value
    APPROVED = ContentStatus.APPROVED.value


@blueprint.get("/")
def index(site_slug: str) -> str:
    """What waits; ``?status=`` shows what was sent back or approved."""
    site = find_site(me(), site_slug)
    shelf, wanted = _wanted()
    page = rooms.contents_to_review(site, wanted_place(), wanted)
    contents = listing(site, wanted, page, tabs=Shelf, every=False)
    return render_template("review/index.html", site=site, contents=contents, shelf=shelf)


@blueprint.post("/approve")
def approve_passing(site_slug: str) -> Response:
    """Approve those of the chosen that pass the checklist."""
    site = find_site(me(), site_slug)
    try:
        done = review.approve_passing(site, chosen(_wanted()[1]), me())
    except Refused as refused:
        flash(refused.message, "warning")
        return redirect(url_for(".index", site_slug=site_slug))
    if done.number:
        flash(f"Approved {count_of(done.number, ('article', 'articles'))}.", "success")
    if done.left:
        named = ", ".join(f"“{title}”" for title in done.left[:NAMED])
        more = f" and {len(done.left) - NAMED} more" if len(done.left) > NAMED else ""
        flash(f"Not ready, and left for you: {named}{more}.", "warning")
    elif not done.number:
        flash("None of these waits for a decision any more.", "warning")
    return redirect(url_for(".index", site_slug=site_slug))


@blueprint.get("/<int:content_id>")
def show(site_slug: str, content_id: int) -> str:
    """One article with the buttons to decide on it; with ``?edit`` its editor in its place."""
    return _page(find_site(me(), site_slug), content_id, edits="edit" in request.args)


@blueprint.post("/<int:content_id>/approve")
def approve(site_slug: str, content_id: int) -> Response:
    """This person finds it ready; ``although`` says that the checklist was read."""
    site = find_site(me(), site_slug)
    content = find_article(site, content_id).content
    given = request.form.get("revision")
    revision = number(given) if given else None
    try:
        review.approve(content, me(), although="although" in request.form, revision=revision)
    except (review.NotReady, review.Changed) as refused:
        flash(refused.message, "warning")
        return redirect(url_for(".show", site_slug=site_slug, content_id=content_id))
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        _flash_decision(f"Approved: {content.title}", site, content)
    return _next(site, content)


@blueprint.post("/<int:content_id>/send-back")
def send_back(site_slug: str, content_id: int) -> ResponseReturnValue:
    """This person wants it changed, and says what."""
    site = find_site(me(), site_slug)
    content, note = find_article(site, content_id).content, request.form.get("note", "")
    try:
        review.send_back(content, me(), note)
    except Invalid as invalid:
        return _page(site, content_id, note=note, error=invalid.message), 422
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        _flash_decision(f"Sent back: {content.title}", site, content)
    return _next(site, content)


@blueprint.post("/<int:content_id>/undo")
def undo(site_slug: str, content_id: int) -> Response:
    """Take back one's last decision."""
    return _do(site_slug, content_id, review.undo)


@blueprint.post("/<int:content_id>/ready")
def ready(site_slug: str, content_id: int) -> Response:
    """Back into the queue."""
    return _do(site_slug, content_id, review.ready_again)


def _do(site_slug: str, content_id: int, verb: Any) -> Response:
    site = find_site(me(), site_slug)
    content = find_article(site, content_id).content
    try:
        verb(content, me())
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
    return redirect(url_for(".show", site_slug=site_slug, content_id=content_id))


def _wanted() -> tuple[Shelf, ContentFilter]:
    shelf = wanted_status(Shelf) or Shelf.REVIEW
    return shelf, ContentFilter(ContentStatus(shelf))


def _flash_decision(text: str, site: Site, content: Content) -> None:
    flash_undoable(text, url_for(".undo", site_slug=site.slug, content_id=content.id))


def _next(site: Site, content: Content) -> Response:
    """Straight on to what waits next; from the last one back to the list."""
    next_id = review_queue.position_of(content).next_id
    if next_id is None:
        return redirect(url_for(".index", site_slug=site.slug))
    return redirect(url_for(".show", site_slug=site.slug, content_id=next_id))


def _page(
    site: Site, content_id: int, note: str = "", error: str | None = None, *, edits: bool = False
) -> str:
    article = find_article(site, content_id)
    editor = _editor(site, article) if edits and article.content.status.is_open else None
    return render_template(
        "review/show.html",
        site=site,
        article=article,
        editor=editor,
        position=review_queue.position_of(article.content),
        decided=review_queue.decisions_on(article.content),
        note=note,
        error=error,
    )


def _editor(site: Site, article: Article) -> dict[str, Any]:
    """What ``content/_editor.html`` and ``content/_seo.html`` need beside the article."""
    content = article.content
    return {
        "content": content,
        "values": {name: getattr(content, name) for name in editing.LONGEST},
        "errors": {},
        "conflict": None,
        "preview": preview_of(article, site),
    }
