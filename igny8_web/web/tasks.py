"""The tasks of a site."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..models import Site, TaskStatus
from ..services import rooms
from ..services.rooms import TaskFilter
from ..services.sites import find_site
from .identity import me
from .lists import listing, wanted_place, wanted_status, wanted_text

blueprint = Blueprint("tasks", __name__, url_prefix="/sites/<site_slug>/tasks")


def wanted_tasks(_site: Site) -> TaskFilter:
    """What the URL asks for, of the list and of all that is done with it."""
    return TaskFilter(wanted_status(TaskStatus), wanted_text())


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The list, as its URL filters it."""
    site = find_site(me(), site_slug)
    wanted = wanted_tasks(site)
    tasks = listing(site, wanted, rooms.tasks(site, wanted_place(), wanted))
    return render_template("tasks/index.html", site=site, tasks=tasks)
