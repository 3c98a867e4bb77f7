"""Which request a line of the log belongs to: its id, path and, once known, its user."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask

from .. import logs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-ID"
LONGEST_PATH = 200
_USABLE = re.compile(r"[\w.:-]{8,80}")


def init_app(app: Flask) -> None:
    """Give every request an id: the proxy's, if it sends a usable one. The answer carries it."""
    app.wsgi_app = _traced(app.wsgi_app)  # type: ignore[assignment,method-assign] # as Flask documents


def _traced(inner: WSGIApplication) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        number = given if _USABLE.fullmatch(given) else secrets.token_hex(8)

        def start(status: str, headers: list[tuple[str, str]], *error: object) -> object:
            return start_response(status, [*headers, (HEADER, number)], *error)  # type: ignore[arg-type] # WSGI: one or none

        # Without the query: people put tokens there. Quoted: a path may hold line breaks.
        path = quote(environ.get("PATH_INFO", "").encode("latin-1"))[:LONGEST_PATH]
        with logs.about(request=f"{environ['REQUEST_METHOD']} {path}", request_id=number):
            return inner(environ, start)  # type: ignore[arg-type] # WSGI's own signature

    return answer
