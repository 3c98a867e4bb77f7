"""What load balancers and process managers ask. Strangers may: no answer helps an attacker."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from ..services import readiness

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def check() -> ResponseReturnValue:
    """Whether this process answers; nothing is asked of the database or Redis."""
    return jsonify(data={"status": "alive"})


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether people should be sent here; 503 names the parts that are missing."""
    if missing := readiness.what_is_missing():
        message = f"Not ready: {', '.join(missing)}."
        return jsonify(error={"code": "not_ready", "message": message}), 503
    return jsonify(data={"status": "ready"})
