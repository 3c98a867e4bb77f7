"""/metrics for Prometheus, to whoever sends the token of the configuration."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from ..current import config

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def show() -> ResponseReturnValue:
    """All figures, in Prometheus' text form. Without a configured token there is no such page."""
    token, given = config().metrics_token, request.authorization
    if not token:
        abort(404)
    sent = given.token or "" if given and given.type == "bearer" else ""
    if not compare_digest(sent.encode(), token.encode()):
        message = "Send the token of IGNY8_METRICS_TOKEN: Authorization: Bearer …"
        answer = jsonify(error={"code": "unauthorized", "message": message})
        return answer, 401, {"WWW-Authenticate": "Bearer"}
    from ..services import metrics  # 1 MB that only a web process which is scraped should carry

    body, content_type = metrics.exposition(request.headers.get("Accept", ""))
    return Response(body, content_type=content_type)
