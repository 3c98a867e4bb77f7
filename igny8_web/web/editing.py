"""Changing an article: a page with an editor that saves by itself, and a form without scripts."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from ..models import Content, Site
from ..services import editing
from ..services.editing import LONGEST, Conflict
from ..services.errors import Invalid, NotFound, Refused
from ..services.reading import find_article
from ..services.seo import preview_of
from ..services.sites import find_site
from . import htmx
from .filters import localtime
from .identity import me
from .lists import number

blueprint = Blueprint("editing", __name__, url_prefix="/sites/<site_slug>/content/<int:content_id>")


@blueprint.get("/edit")
def edit(site_slug: str, content_id: int) -> ResponseReturnValue:
    """The editor; of what is decided a page that says so."""
    site = find_site(me(), site_slug)
    content = editing.find_content(site, content_id)
    return _page(site, content, {name: getattr(content, name) for name in LONGEST})


@blueprint.post("/edit")
def save(site_slug: str, content_id: int) -> ResponseReturnValue:
    """Keep it. The editor is answered in JSON, a plain form with a page."""
    site = find_site(me(), site_slug)
    given = {name: request.form[name] for name in LONGEST if name in request.form}
    asked_by_script = request.accept_mimetypes.best == "application/json"
    try:
        saved = editing.save(
            site,
            content_id,
            given,
            me(),
            revision=number(request.form.get("revision", "")),
            apart="apart" in request.form,
        )
    except NotFound:
        raise
    except Refused as refused:
        if asked_by_script:
            return _refused(site, refused)
        content = editing.find_content(site, content_id)
        return _page(site, content, given, refused), 422 if isinstance(refused, Invalid) else 409
    if asked_by_script:
        at = localtime(datetime.now(UTC), site)
        return jsonify(data={"revision": saved.revision, "at": at})
    flash("Saved." if saved.changed else "Nothing was changed.", "success")
    read_at = "review.show" if request.args.get("to") == "review" else "content.show"
    return redirect(url_for(read_at, site_slug=site_slug, content_id=content_id))


@blueprint.get("/seo")
def seo(site_slug: str, content_id: int) -> Response:
    """The panel beside the editor, asked for after each save."""
    site = find_site(me(), site_slug)
    article = find_article(site, content_id)
    return htmx.fragment(
        "content/_seo.html", site=site, article=article, preview=preview_of(article, site)
    )


def _refused(site: Site, refused: Refused) -> ResponseReturnValue:
    error: dict[str, object] = {"code": refused.code, "message": refused.message}
    if isinstance(refused, Conflict):
        error |= {"revision": refused.revision, "by": refused.by}
        if refused.at:
            error["at"] = localtime(refused.at, site)
    if isinstance(refused, Invalid):
        error["field"] = refused.field
    return jsonify(error=error), 422 if isinstance(refused, Invalid) else 409


def _page(
    site: Site, content: Content, values: dict[str, str], refused: Refused | None = None
) -> str:
    article = find_article(site, content.id)
    errors = {refused.field: refused.message} if isinstance(refused, Invalid) else {}
    return render_template(
        "content/edit.html",
        site=site,
        content=content,
        article=article,
        preview=preview_of(article, site),
        values=values,
        errors=errors,
        conflict=refused if isinstance(refused, Conflict) else None,
        refused=refused.message if refused and not isinstance(refused, Invalid) else None,
    )
