"""Pictures, for those who may see the site they belong to."""

from __future__ import annotations

from flask import Blueprint, Response, abort, send_from_directory

from ..current import config
from ..services.sites import may_see_file
from .identity import me

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<path:file>")
def show(file: str) -> Response:
    """One file below the media folder. Its name is its content, so browsers may keep it."""
    if not may_see_file(me(), file):
        abort(404)
    response = send_from_directory(config().media_dir, file)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
