"""The items of one stage of one run: a page that every stage of every run has."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from ..models import ItemStatus
from ..pipeline.stages import stage_by_slug
from ..services import run_items, runs
from ..services.retries import retryable
from .identity import me
from .lists import Tab, here, wanted_place, wanted_status
from .run_views import retry_button, run_url

blueprint = Blueprint(
    "run_items", __name__, url_prefix="/sites/<site_slug>/automation/runs/<run_id>/stages"
)

_LABELS = {
    ItemStatus.PROCESSING: "In hand",
    ItemStatus.PENDING: "Waiting",
    ItemStatus.DONE: "Done",
    ItemStatus.FAILED: "Failed",
    ItemStatus.SKIPPED: "Left out",
}


@blueprint.get("/<slug>")
def index(site_slug: str, run_id: str, slug: str) -> str:
    """Items of one status, with what each took and what went wrong."""
    run = runs.find_run(me(), run_id)
    if run.site.slug != site_slug:
        abort(404)
    place = wanted_place()
    found = run_items.items_of(run, slug, wanted_status(ItemStatus), place)
    left = {name: number for name, number in retryable(run).items() if name == slug}
    return render_template(
        "automation/items.html",
        site=run.site,
        run=run,
        run_url=run_url(run.site, run.run_id),
        stage=stage_by_slug(slug),
        items=found,
        tabs=[
            Tab(label, here(status=status.value), status is found.status, found.counts[status])
            for status, label in _LABELS.items()
            if found.counts[status] or status is found.status
        ],
        newer=here(before=found.page.before) if found.page.before else None,
        older=here(after=found.page.after) if found.page.after else None,
        retry=retry_button(run.site, run.run_id, left, slug),
    )
