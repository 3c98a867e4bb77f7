"""The images of a site, and *Generate*."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from ..models import ImageStatus, Run, Site
from ..services import image_versions, images, rooms
from ..services.errors import Refused
from ..services.rooms import ImageFilter
from ..services.sites import find_site
from .identity import me
from .lists import listing, number, wanted_place, wanted_status
from .picture import place_in_gallery

blueprint = Blueprint("images", __name__, url_prefix="/sites/<site_slug>/images")


def wanted_images(_site: Site) -> ImageFilter:
    """What the URL asks for, of the gallery and of all that is done with it."""
    return ImageFilter(wanted_status(ImageStatus))


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The gallery, as its URL filters it."""
    site = find_site(me(), site_slug)
    wanted = wanted_images(site)
    page = rooms.images(site, wanted_place(), wanted)
    gallery = listing(site, wanted, page)
    return render_template(
        "images/index.html",
        site=site,
        images=gallery,
        versions=image_versions.versions_of([image.id for image in page.rows]),
        here=place_in_gallery(),
    )


@blueprint.post("/generate")
def generate(site_slug: str) -> Response:
    """Make the chosen images (``image``), or all of one status (``all``); then to the run."""
    site = find_site(me(), site_slug)
    try:
        run = _start(site)
    except Refused as refused:
        flash(refused.message, "warning")
        return redirect(url_for(".index", site_slug=site_slug))
    return redirect(url_for("automation.show", site_slug=site_slug, run_id=run.run_id))


def _start(site: Site) -> Run:
    every = request.form.get("all")
    if every in (ImageStatus.PENDING, ImageStatus.FAILED):
        return images.generate_all(site, ImageStatus(every))
    return images.generate(site, [number(text) for text in request.form.getlist("image")])
