"""The door: no stranger passes, no form without its token, no answer without its headers."""

from __future__ import annotations

from flask import Flask, Response, jsonify, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from .. import logs
from .extensions import csrf
from .htmx import is_htmx, page_path
from .identity import asks_api, takes_tokens

OPEN = {
    "static",
    "static_any",
    "health.check",
    "health.ready",
    "metrics.show",
    "auth.login",
    "auth.setup",
}
"""Endpoints that answer strangers; metrics.show asks for a token of its own."""

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    # Not no-referrer: Flask-WTF compares the referrer of a form that comes over https.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def init_app(app: Flask) -> None:
    """Put the guard before every view and the headers on every answer."""
    # The guard looks at CSRF tokens itself, after it knows who asks: someone whose session
    # has ended is sent to sign in, not told about a token.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.before_request(_guard)
    app.after_request(_add_headers)


def _guard() -> AnyResponse | None:
    if request.endpoint not in OPEN:
        if not current_user.is_authenticated:
            return _turn_away()
        logs.add(user=current_user.id)
    if not asks_api():
        csrf.protect()
    return None


def _turn_away() -> AnyResponse:
    """The API says 401, a page leads to sign-in and back."""
    if asks_api() or (takes_tokens() and request.authorization):
        message = "Send an API token: Authorization: Bearer igny8_…"
        response = jsonify(error={"code": "unauthorized", "message": message})
        response.status_code = 401
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if is_htmx():
        response = Response("Your session has ended. Sign in again.", 401, mimetype="text/plain")
        if request.method != "GET":
            # A click wants its effect. A card that refreshes itself stays, and says it in words.
            response.headers["HX-Redirect"] = url_for("auth.login", next=page_path())
        return response
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.login", next=None if wanted == "/" else wanted))


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    # Static files and pictures say themselves how long they keep; pages are for this moment.
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
