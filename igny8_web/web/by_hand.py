"""*Cluster these*, *Write this task* …: one stage over what was chosen in a room.

The buttons of a room post here with the URL of their list, so that "all that match" is what was
seen. Where it may cost something, a page says what it would take before anything is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..models import Site
from ..pipeline.money import run_cap
from ..pipeline.stages import stage_by_slug
from ..services import automation, by_hand, estimates, spending
from ..services.amounts import dollars, plain
from ..services.errors import Invalid, NotFound, Refused
from ..services.filtering import Filter
from ..services.sites import find_site
from .clusters import wanted_clusters
from .content import wanted_contents
from .identity import me
from .images import wanted_images
from .keywords import wanted_keywords
from .lists import chosen, query
from .run_views import ROOMS, run_url
from .tasks import wanted_tasks

blueprint = Blueprint("by_hand", __name__, url_prefix="/sites/<site_slug>/by-hand")

WANTED: Mapping[str, Callable[[Site], Filter]] = {
    "cluster-keywords": wanted_keywords,
    "develop-ideas": wanted_clusters,
    "write-content": wanted_tasks,
    "write-image-prompts": wanted_contents,
    "draw-images": wanted_images,
}
"""How the URL of a stage's room is read."""


@blueprint.post("/<slug>")
def run(site_slug: str, slug: str) -> ResponseReturnValue:
    """Start it; first say what it would take where that is money. Then to the card."""
    site = find_site(me(), site_slug)
    if slug not in WANTED:
        abort(404)
    try:
        plan = by_hand.plan(site, slug, chosen(WANTED[slug](site)))
        if "sure" not in request.form and not estimates.is_free(site):
            return _ask(site, plan)
        try:
            cap = dollars(request.form.get("cap", ""), "cap")
        except Invalid as invalid:
            return _ask(site, plan, invalid), 422
        started = by_hand.start(site, slug, plan.ids, cap=cap)
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
        return redirect(url_for(ROOMS[slug], site_slug=site_slug, **query()))
    for words in (plan.left_out_words, automation.not_heard(started)):
        if words:
            flash(words, "warning")
    return redirect(run_url(site, started.run_id))


def _ask(site: Site, plan: by_hand.Plan, invalid: Invalid | None = None) -> str:
    return render_template(
        "by_hand/confirm.html",
        site=site,
        stage=stage_by_slug(plan.slug),
        plan=plan,
        estimate=estimates.estimate_stage(site, plan.slug, len(plan.ids)),
        month=spending.month_of(site),
        cap=request.form.get("cap", plain(run_cap(site))),
        error=invalid and invalid.message,
        back=url_for(ROOMS[plan.slug], site_slug=site.slug, **query()),
    )
