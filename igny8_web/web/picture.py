"""One picture of an article: a page, the same in a dialog, and the place that it has in the text.

``?to=content`` or ``?to=review`` says where the person came from and goes back to; else it is the
gallery.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from ..models import Image, Run, Site
from ..services import image_versions, pictures
from ..services.errors import Invalid, NotFound, Refused
from ..services.sites import find_site
from . import htmx
from .identity import me
from .run_views import run_url

blueprint = Blueprint("picture", __name__, url_prefix="/sites/<site_slug>/images/<int:image_id>")

PLACE = ("status", "after", "before")
"""Of the gallery's URL: where in the list the person is."""
_READ_AT = {"content": "content.show", "review": "review.show"}


@blueprint.get("/")
def show(site_slug: str, image_id: int) -> str | Response:
    """Everything about it; only that, where htmx asks for it."""
    site = find_site(me(), site_slug)
    shown = _shown(site, image_id)
    if htmx.is_htmx():
        return htmx.fragment("images/_picture.html", **shown)
    return render_template("images/picture.html", **shown)


@blueprint.get("/figure")
def figure(site_slug: str, image_id: int) -> Response:
    """Its place in the text, which asks again until the picture is made."""
    site = find_site(me(), site_slug)
    found = pictures.find_picture(site, image_id)
    return htmx.fragment(
        "content/_figure.html",
        site=site,
        image=found.image,
        read_at=request.args.get("to"),
        in_run=found.in_run,
        may_change=found.content.status.is_open,
        eager=True,
    )


@blueprint.post("/describe")
def describe(site_slug: str, image_id: int) -> ResponseReturnValue:
    """Keep another prompt and alternative text; with ``again`` make another picture at once."""
    given = {name: request.form.get(name, "") for name in ("prompt", "alt")}

    def keep(site: Site) -> Run | None:
        pictures.describe(site, image_id, **given)
        return image_versions.make_again(site, image_id) if "again" in request.form else None

    return _do(site_slug, image_id, keep, "The words of the picture are kept.", given)


@blueprint.post("/upload")
def upload(site_slug: str, image_id: int) -> ResponseReturnValue:
    """Put a person's own picture (``file``) in its place."""
    file = request.files.get("file")

    def keep(site: Site) -> None:
        if file is None or not file.filename:
            raise Invalid("Choose a picture first.", field="file")
        pictures.upload(site, image_id, file.read(), me())

    return _do(site_slug, image_id, keep, "Your picture is in its place.")


@blueprint.post("/again")
def again(site_slug: str, image_id: int) -> ResponseReturnValue:
    """Make another picture in the place of this one."""
    return _do(site_slug, image_id, lambda site: image_versions.make_again(site, image_id))


@blueprint.post("/use/<int:version_id>")
def use(site_slug: str, image_id: int, version_id: int) -> ResponseReturnValue:
    """Show an earlier picture again."""

    def keep(site: Site) -> None:
        image_versions.use(site, image_id, version_id)

    return _do(site_slug, image_id, keep, "This picture is in use now.")


def _do(
    site_slug: str,
    image_id: int,
    verb: Callable[[Site], Run | None],
    done: str | None = None,
    given: dict[str, str] | None = None,
) -> ResponseReturnValue:
    site = find_site(me(), site_slug)
    image = pictures.find_picture(site, image_id).image
    run = None
    try:
        run = verb(site)
    except NotFound:
        raise
    except Invalid as invalid:
        page = _shown(site, image_id) | {"given": given, "errors": {invalid.field: invalid.message}}
        return render_template("images/picture.html", **page), 422
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        if done:
            flash(done, "success")
    return redirect(_back(site, image, run))


def _back(site: Site, image: Image, run: Run | None) -> str:
    """Where the person came from; from the gallery to the run that began, if one did."""
    if endpoint := _READ_AT.get(request.args.get("to", "")):
        anchor = f"picture-{image.id}"
        where: dict[str, Any] = {"site_slug": site.slug, "content_id": image.content_id}
        return url_for(endpoint, _anchor=anchor, **where)
    if run:
        return run_url(site, run.run_id)
    place: dict[str, Any] = place_in_gallery()
    return url_for("images.index", site_slug=site.slug, _anchor=f"image-{image.id}", **place)


def place_in_gallery() -> dict[str, str]:
    """The arguments of the gallery's URL that this request carries on."""
    return {name: request.args[name] for name in PLACE if name in request.args}


def _shown(site: Site, image_id: int) -> dict[str, Any]:
    carried = place_in_gallery()
    if request.args.get("to") in _READ_AT:
        carried["to"] = request.args["to"]
    return {
        "site": site,
        "picture": pictures.find_picture(site, image_id),
        "here": carried,
        "given": None,
        "errors": {},
    }
