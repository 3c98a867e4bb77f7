"""Pictures, for those who may see the site they belong to."""

from __future__ import annotations

from flask import Blueprint, Response, abort, send_from_directory

from ..current import config
from ..media import picture_of
from ..services.sites import may_see_file
from .identity import me

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<path:file>")
def show(file: str) -> Response:
    """One file below the media folder. Its name is its content, so browsers may keep it.

    In the place of a thumbnail that is not there, the whole picture.
    """
    whole, folder = picture_of(file), config().media_dir
    if not may_see_file(me(), whole):
        abort(404)
    response = send_from_directory(folder, file if (folder / file).is_file() else whole)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
