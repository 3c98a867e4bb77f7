"""The settings of a site: who works for it, what it is, how it speaks and what it may spend."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..models import Site
from ..services import profiles, site_fields
from ..services.amounts import plain
from ..services.errors import Invalid
from ..services.sites import find_site
from .identity import me
from .settings import providers_of

blueprint = Blueprint("site_settings", __name__, url_prefix="/sites/<site_slug>/settings")

PROMPTS = "prompts.index"


@blueprint.get("/")
def index(site_slug: str) -> str:
    """All of it on one page."""
    return _page(find_site(me(), site_slug), {})


@blueprint.post("/profile")
def profile(site_slug: str) -> ResponseReturnValue:
    """Save what the site is and how it speaks."""
    site, given = find_site(me(), site_slug), _given(profiles.PROFILE)
    try:
        profiles.describe(site, given)
    except Invalid as error:
        return _page(site, given, error), 422
    flash("Saved. Drafts from now on are written for it.", "success")
    return redirect(url_for(".index", site_slug=site_slug))


@blueprint.post("/caps")
def caps(site_slug: str) -> ResponseReturnValue:
    """Save what a run and a month may cost."""
    site, given = find_site(me(), site_slug), _given(profiles.CAPS)
    try:
        profiles.cap(site, given)
    except Invalid as error:
        return _page(site, given, error), 422
    flash("Saved. The next run keeps to it.", "success")
    return redirect(url_for(".index", site_slug=site_slug))


def _given(names: Mapping[str, object] | tuple[str, ...]) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


def _page(site: Site, given: Mapping[str, str], error: Invalid | None = None) -> str:
    """The page with what is stored, but for what was just typed."""
    stored = {name: getattr(site, name) for name in profiles.PROFILE}
    stored |= {name: plain(getattr(site, name)) for name in profiles.CAPS}
    has_prompts = PROMPTS in current_app.view_functions
    return render_template(
        "settings/site.html",
        site=site,
        providers=providers_of(site),
        values={**stored, **given},
        errors={error.field: error.message} if error else {},
        usual={name: plain(amount) for name, amount in profiles.usual_caps().items()},
        timezones=[(name, name.replace("_", " ")) for name in site_fields.timezone_names()],
        prompts_url=url_for(PROMPTS, site_slug=site.slug) if has_prompts else None,
    )
