"""The ideas of a site: the list, what is done with chosen ones, and the page of one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from ..models import Idea, IdeaStatus, Site
from ..pipeline.wording import count_of
from ..services import ideas, rooms
from ..services.errors import Invalid, NotFound, Refused
from ..services.filtering import Chosen
from ..services.ideas import CONTENT_TYPES, FIELDS, Changed
from ..services.rooms import IdeaFilter
from ..services.sites import find_site
from .identity import me
from .lists import (
    chosen,
    listing,
    query,
    wanted_cluster,
    wanted_place,
    wanted_status,
    wanted_text,
    wanted_word,
)

blueprint = Blueprint("ideas", __name__, url_prefix="/sites/<site_slug>/ideas")

IDEAS = ("idea", "ideas")


def wanted_ideas(site: Site) -> IdeaFilter:
    """What the URL asks for, of the list and of all that is done with it."""
    cluster = wanted_cluster(site)
    return IdeaFilter(
        status=wanted_status(IdeaStatus),
        text=wanted_text(),
        content_type=wanted_word("type", CONTENT_TYPES),
        cluster_id=cluster.id if cluster else None,
    )


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The list, as its URL filters it."""
    site = find_site(me(), site_slug)
    wanted = wanted_ideas(site)
    found = listing(site, wanted, rooms.ideas(site, wanted_place(), wanted))
    types = [("", "Any"), *((each, each.capitalize()) for each in CONTENT_TYPES)]
    return render_template("ideas/index.html", site=site, ideas=found, types=types)


@blueprint.post("/approve")
def approve(site_slug: str) -> Response:
    """Make tasks of the chosen."""
    return _do(site_slug, ideas.approve, "Approved, and waiting to be written:")


@blueprint.post("/discard")
def discard(site_slug: str) -> Response:
    """Put the chosen aside."""
    return _do(site_slug, ideas.discard, "Discarded")


@blueprint.post("/take-back")
def take_back(site_slug: str) -> Response:
    """Let discarded ones wait again."""
    return _do(site_slug, ideas.take_back, "Back again:")


@blueprint.post("/<int:idea_id>/take")
def take(site_slug: str, idea_id: int) -> Response:
    """This person wants it although it repeats another."""
    try:
        idea = ideas.take_all_the_same(find_site(me(), site_slug), idea_id)
        flash(f"Taken: {idea.title}", "success")
    except ideas.WrongState as refused:
        flash(refused.message, "warning")
    return redirect(url_for(".index", site_slug=site_slug))


@blueprint.get("/<int:idea_id>")
def show(site_slug: str, idea_id: int) -> str:
    """The brief of one, to be changed."""
    site = find_site(me(), site_slug)
    idea = ideas.find_idea(site, idea_id)
    return _form(site, idea, _known(idea))


@blueprint.post("/<int:idea_id>")
def save(site_slug: str, idea_id: int) -> ResponseReturnValue:
    """Keep the changes."""
    site = find_site(me(), site_slug)
    idea = ideas.find_idea(site, idea_id)
    given = {name: request.form.get(name, "") for name in FIELDS}
    try:
        ideas.edit_idea(site, idea_id, given, request.form.get("stamp", ""))
    except Invalid as invalid:
        return _form(site, idea, given, {invalid.field: invalid.message}), 422
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
        return _form(site, ideas.find_idea(site, idea_id), given), 409
    flash("Saved.", "success")
    return redirect(url_for(".show", site_slug=site_slug, idea_id=idea_id))


def _do(site_slug: str, verb: Callable[[Site, Chosen], Changed], said: str) -> Response:
    site = find_site(me(), site_slug)
    try:
        done = verb(site, chosen(wanted_ideas(site)))
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        if done.number or not done.in_hand:
            tone = "success" if done.number else "warning"
            flash(f"{said} {count_of(done.number, IDEAS)}.", tone)
        if done.in_hand:
            some = count_of(done.in_hand, IDEAS)
            flash(f"Left as they are: {some}. A live run has them.", "warning")
    return redirect(url_for(".index", site_slug=site_slug, **query()))


def _known(idea: Idea) -> dict[str, str]:
    return {
        "title": idea.title,
        "description": idea.description,
        "content_type": idea.content_type,
        "outline": "\n".join(idea.outline),
        "target_words": str(idea.target_words),
    }


def _form(
    site: Site, idea: Idea, values: dict[str, str], errors: dict[str, str] | None = None
) -> str:
    return render_template(
        "ideas/show.html",
        site=site,
        idea=idea,
        values=values,
        errors=errors or {},
        stamp=ideas.stamp_of(idea),
        types=[(each, each.capitalize()) for each in CONTENT_TYPES],
    )
