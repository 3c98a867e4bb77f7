"""One keyword by hand."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..importers.words import INTENTS
from ..models import Keyword, Site
from ..services import keyword_forms
from ..services.amounts import plain
from ..services.errors import Invalid
from ..services.keyword_forms import FIELDS
from ..services.sites import find_site
from .identity import me

blueprint = Blueprint("keyword_forms", __name__, url_prefix="/sites/<site_slug>/keywords")


@blueprint.get("/new")
def new(site_slug: str) -> str:
    """An empty form."""
    return _form(find_site(me(), site_slug), {})


@blueprint.post("/new")
def add(site_slug: str) -> ResponseReturnValue:
    """Add it, and show the form for the next."""
    site, given = find_site(me(), site_slug), _given()
    try:
        keyword = keyword_forms.add_keyword(site, given)
    except Invalid as invalid:
        return _form(site, given, invalid), 422
    flash(f"Added “{keyword.phrase}”.", "success")
    return redirect(
        url_for(".new" if "another" in request.form else "keywords.index", site_slug=site_slug)
    )


@blueprint.get("/<int:keyword_id>")
def edit(site_slug: str, keyword_id: int) -> str:
    """The form with what is known of it."""
    site = find_site(me(), site_slug)
    keyword = keyword_forms.find_keyword(site, keyword_id)
    return _form(site, _known(keyword), keyword=keyword)


@blueprint.post("/<int:keyword_id>")
def save(site_slug: str, keyword_id: int) -> ResponseReturnValue:
    """Keep the corrections."""
    site, given = find_site(me(), site_slug), _given()
    keyword = keyword_forms.find_keyword(site, keyword_id)
    try:
        keyword = keyword_forms.edit_keyword(site, keyword_id, given)
    except Invalid as invalid:
        return _form(site, given, invalid, keyword), 422
    except keyword_forms.Deleted as deleted:
        flash(deleted.message, "warning")
    else:
        flash(f"Saved “{keyword.phrase}”.", "success")
    return redirect(url_for("keywords.index", site_slug=site_slug))


def _given() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _known(keyword: Keyword) -> dict[str, str]:
    numbers = (keyword.volume, keyword.difficulty)
    volume, difficulty = ("" if number is None else str(number) for number in numbers)
    return {
        "phrase": keyword.phrase,
        "volume": volume,
        "difficulty": difficulty,
        "cpc": plain(keyword.cpc),
        "intent": keyword.intent or "",
        "country": keyword.country or "",
    }


def _form(
    site: Site,
    values: dict[str, str],
    invalid: Invalid | None = None,
    keyword: Keyword | None = None,
) -> str:
    return render_template(
        "keywords/form.html",
        site=site,
        keyword=keyword,
        values=values,
        errors={invalid.field: invalid.message} if invalid else {},
        intents=[("", "Unknown"), *((intent, intent.capitalize()) for intent in INTENTS)],
    )
