"""The start page, the site picker, and making a site."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..services import site_fields, sites
from ..services.errors import Invalid
from .identity import me

blueprint = Blueprint("sites", __name__)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """The automation page of the first site; without one, the page that makes it."""
    mine = sites.sites_of(me())
    if not mine:
        return redirect(url_for("sites.new"))
    return redirect(url_for("automation.index", site_slug=mine[0].slug))


@blueprint.get("/sites/go")
def go() -> ResponseReturnValue:
    """The automation page of the site with the slug ``?site=``."""
    site = sites.find_site(me(), request.args.get("site", ""))
    return redirect(url_for("automation.index", site_slug=site.slug))


@blueprint.route("/sites/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Make a site."""
    if request.method == "GET":
        return _form({"language": "en", "timezone": "UTC"})
    given = {name: request.form.get(name, "") for name in _FIELDS}
    try:
        site = sites.create_site(**given)
    except Invalid as error:
        return _form(given, {error.field: error.message}), 422
    flash(f"{site.name} is ready. Import its keywords, then press Run now.", "success")
    return redirect(url_for("automation.index", site_slug=site.slug))


_FIELDS = ("name", "domain", "language", "timezone")


def _form(values: dict[str, str], errors: dict[str, str] | None = None) -> str:
    return render_template(
        "sites/new.html",
        values=values,
        errors=errors or {},
        timezones=[(name, name.replace("_", " ")) for name in site_fields.timezone_names()],
    )
