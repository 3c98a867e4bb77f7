"""The images of a site, and *Generate*."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from ..models import Image, ImageStatus, Run, Site
from ..services import images, rooms
from ..services.errors import Refused
from ..services.sites import find_site
from .identity import me
from .lists import listing, number, wanted_place, wanted_status

blueprint = Blueprint("images", __name__, url_prefix="/sites/<site_slug>/images")


@blueprint.get("/")
def index(site_slug: str) -> str:
    """The gallery."""
    site = find_site(me(), site_slug)
    page = rooms.images(site, wanted_place(), wanted_status(ImageStatus))
    gallery = listing(page, rooms.counts(Image, site), ImageStatus)
    return render_template("images/index.html", site=site, images=gallery)


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
