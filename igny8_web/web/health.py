"""Whether this process answers; nothing is asked of the database or Redis."""

from __future__ import annotations

from flask import Blueprint, Response

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def check() -> Response:
    """For load balancers and process managers."""
    return Response("ok", mimetype="text/plain")
