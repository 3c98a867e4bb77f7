"""Static files under an address that changes with them, so that browsers never ask twice.

``/static/<version>/css/app.css``: what a stylesheet or a module imports has the same beginning, so
that one version covers all of it, without a build. An address of another version, of a page that
was open before an upgrade, gets the file as it is now.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request

_VERSION = re.compile(r"[0-9a-f]{12}/")
_FOR_EVER = "public, max-age=31536000, immutable"


def address(folder: Path) -> str:
    """The URL path of the files in ``folder``, from all that they say."""
    digest = sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(file.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


def init_app(app: Flask) -> None:
    """Serve the files without a version, or of another one, as well."""
    app.add_url_rule("/static/<path:filename>", "static_any", _as_it_is_now)
    app.after_request(_keep)


def _as_it_is_now(filename: str) -> Response:
    return current_app.send_static_file(_VERSION.sub("", filename, count=1))


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code == 200:
        response.headers["Cache-Control"] = _FOR_EVER
    return response
