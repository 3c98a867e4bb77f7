"""The prompts of a site: read, changed, tried on an item, and brought back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from ..models import Site
from ..pipeline.prompt_rules import LONGEST_TEMPLATE
from ..pipeline.prompt_variables import variables
from ..services import prompts
from ..services.errors import Invalid, NotFound, Refused
from ..services.prompts import preview as previews
from ..services.prompts import versions
from ..services.prompts.tasks import Task, find_task, tasks
from ..services.sites import find_site
from .htmx import fragment, is_htmx
from .identity import me
from .lists import number

blueprint = Blueprint("prompts", __name__, url_prefix="/sites/<site_slug>/settings/prompts")


@blueprint.get("/")
def index(site_slug: str) -> str:
    """All of them, and which version of each is used."""
    site = find_site(me(), site_slug)
    return render_template(
        "prompt_pages/index.html",
        site=site,
        tasks=tasks(),
        in_force=versions.in_force(site),
        is_read=previews.is_read(site),
    )


@blueprint.get("/<task_slug>")
def show(site_slug: str, task_slug: str) -> str:
    """The editor."""
    return _editor(find_site(me(), site_slug), find_task(task_slug))


@blueprint.post("/<task_slug>")
def save(site_slug: str, task_slug: str) -> ResponseReturnValue:
    """Use the text from now on, unless somebody else was faster."""
    site, task = find_site(me(), site_slug), find_task(task_slug)
    text, based_on = request.form.get("text", ""), number(request.form.get("based_on", ""))
    try:
        saved = prompts.save(site, task, text, based_on=based_on, author=me())
    except Invalid as error:
        return _editor(site, task, text=text, based_on=based_on, error=error.message), 422
    except prompts.Overtaken as overtaken:
        diff = versions.compared(overtaken.latest.text, text)
        page = _editor(site, task, text=text, overtaken=overtaken, diff=diff)
        return page, 409
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(f"Saved as version {saved.number}. It is asked from now on.", "success")
    return _back(site, task)


@blueprint.post("/<task_slug>/preview")
def preview(site_slug: str, task_slug: str) -> ResponseReturnValue:
    """Show what would be sent about an item, with the text that is in the form."""
    site, task = find_site(me(), site_slug), find_task(task_slug)
    text, item_id = request.form.get("text", ""), number(request.form.get("item", ""))
    shown: dict[str, Any] = {}
    try:
        tidy = prompts.checked(site, task, text)
        shown["preview"] = previews.preview(site, task, tidy, item_id)
    except Refused as refused:
        shown["problem"] = refused.message
    if is_htmx():
        return fragment("prompt_pages/_preview_answer.html", **shown)
    based_on = number(request.form.get("based_on", ""))
    return _editor(site, task, text=text, based_on=based_on, chosen=item_id, **shown)


@blueprint.get("/<task_slug>/versions/<int:version>")
def version(site_slug: str, task_slug: str, version: int) -> str:
    """One version, and how it differs from the one in use."""
    site, task = find_site(me(), site_slug), find_task(task_slug)
    found, current = versions.find_version(site, task, version), versions.current(site, task)
    return render_template(
        "prompt_pages/version.html",
        site=site,
        task=task,
        version=found,
        current=current,
        diff=versions.compared(found.text, current.text),
    )


@blueprint.post("/<task_slug>/versions/<int:version>/restore")
def restore(site_slug: str, task_slug: str, version: int) -> Response:
    """Use the text of an earlier version again; 0 is what comes with igny8."""
    site, task = find_site(me(), site_slug), find_task(task_slug)
    try:
        saved = prompts.restore(site, task, version, me())
    except NotFound:
        raise
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        what = f"The text of version {version}" if version else "The text that comes with igny8"
        flash(f"{what} is in use again, as version {saved.number}.", "success")
    return _back(site, task)


def _back(site: Site, task: Task) -> Response:
    return redirect(url_for(".show", site_slug=site.slug, task_slug=task.slug))


def _editor(site: Site, task: Task, **more: Any) -> str:
    """The page with what is in use, or what was typed."""
    current = versions.current(site, task)
    example = previews.example(site, task)
    typed: dict[str, Any] = {
        "text": current.text,
        "based_on": current.number,
        "error": None,
        "overtaken": None,
        "diff": [],
        "chosen": example.item.id if example.item else None,
        "preview": None,
        "problem": None,
    }
    return render_template(
        "prompt_pages/show.html",
        **(typed | more),
        site=site,
        task=task,
        current=current,
        history=versions.history(site, task),
        items=previews.items(site, task),
        variables=variables(task.slug),
        values=example.values,
        longest=LONGEST_TEMPLATE,
        is_read=previews.is_read(site),
    )
