"""The log of an item: a page, and the same in a dialog where there are scripts."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug import Response

from ..services import by_hand, item_log
from ..services.errors import NotFound, Refused
from ..services.sites import find_site
from . import htmx
from .identity import me
from .run_views import run_url

blueprint = Blueprint("item_log", __name__, url_prefix="/sites/<site_slug>/log")


@blueprint.get("/<slug>/<int:item_id>")
def show(site_slug: str, slug: str, item_id: int) -> str | Response:
    """What the stage did to the item."""
    site = find_site(me(), site_slug)
    shown = {
        "site": site,
        "slug": slug,
        "item_id": item_id,
        "log": item_log.log_of(site, slug, item_id),
        "stage_title": item_log.stage_title(slug),
        "prompts_shown": item_log.may_see_prompts(me(), site),
    }
    if htmx.is_htmx():
        return htmx.fragment("items/_log.html", **shown)
    return render_template("items/log.html", **shown)


@blueprint.post("/<slug>/<int:item_id>/retry")
def retry(site_slug: str, slug: str, item_id: int) -> Response:
    """A new attempt of this item alone; then to its run."""
    site = find_site(me(), site_slug)
    item_log.log_of(site, slug, item_id)  # it is of this site
    try:
        run = by_hand.start(site, slug, [item_id])
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
        return redirect(url_for(".show", site_slug=site_slug, slug=slug, item_id=item_id))
    return redirect(run_url(site, run.run_id))
