"""htmx-flask behind one door: what a view asks of a request and says in an answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, render_template
from htmx_flask import Htmx, request


def init_app(app: Flask) -> None:
    """Let requests know whether htmx made them."""
    Htmx().init_app(app)


def is_htmx() -> bool:
    """Whether htmx asks for a part of a page; a page it restores from its history is whole."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def page_path() -> str | None:
    """Path and query of the page in the browser from which htmx asks."""
    url = urlsplit(request.htmx.current_url or "")
    return (url.path + (f"?{url.query}" if url.query else "")) or None


def fragment(template: str, /, **context: Any) -> Response:
    """Render a part of a page; caches keep it apart from the whole page at the same URL."""
    response = make_response(render_template(template, **context))
    response.vary.add("HX-Request")
    return response


def unchanged() -> Response:
    """204: what the browser shows is right; htmx swaps nothing but fires HX-Trigger."""
    return Response(status=204)


def hx_trigger(response: Response, event: str) -> Response:
    """Have htmx fire ``event`` on the element that asked, after those asked for before."""
    earlier = response.headers.get("HX-Trigger")
    response.headers["HX-Trigger"] = f"{earlier}, {event}" if earlier else event
    return response
