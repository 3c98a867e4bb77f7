"""The tasks of a site."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..models import Task, TaskStatus
from ..services import rooms
from ..services.sites import find_site
from .identity import me
from .lists import listing, wanted_place, wanted_status

blueprint = Blueprint("tasks", __name__, url_prefix="/sites/<site_slug>/tasks")


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The list."""
    site = find_site(me(), site_slug)
    page = rooms.tasks(site, wanted_place(), wanted_status(TaskStatus))
    tasks = listing(page, rooms.counts(Task, site), TaskStatus)
    return render_template("tasks/index.html", site=site, tasks=tasks)
