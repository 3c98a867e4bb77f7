"""What a visitor reads when something is refused or goes wrong: a page, a fragment or JSON."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, jsonify, make_response
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from ..services.errors import Invalid, NotFound, Refused
from ..waiting import in_a_line, is_away
from .htmx import is_htmx
from .identity import asks_api

log = logging.getLogger(__name__)

_AWAY = "The database does not answer. Nothing is lost; try again in a moment."
_STALE = "This page was open for too long, or cookies are switched off. Reload it and try again."
_TOO_LARGE = "This is larger than what may be uploaded here."
_MISSING = "There is nothing at this address."


def init_app(app: Flask) -> None:
    """Answer every error in the form that the asker understands."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, lambda error: _answer(400, "csrf", _STALE))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(SQLAlchemyError, _database_away)


def _http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect on its way
    own_words = {404: _MISSING, 413: _TOO_LARGE}
    message = own_words.get(error.code) or error.description or error.name
    answer = _answer(error.code, error.name.lower().replace(" ", "_"), message)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _refused(error: Refused) -> Response:
    status = 404 if isinstance(error, NotFound) else 422 if isinstance(error, Invalid) else 409
    return _answer(status, error.code, error.message, page="errors/other.html")


def _database_away(error: SQLAlchemyError) -> Response:
    if not is_away(error):
        raise error  # a mistake of ours, with its traceback
    log.error("the database does not answer: %s", in_a_line(error))
    answer = _answer(503, "database_away", _AWAY)
    answer.headers["Retry-After"] = "5"
    return answer


def _answer(status: int, code: str, message: str, page: str | None = None) -> Response:
    if asks_api():
        return _with(status, jsonify(error={"code": code, "message": message}))
    if is_htmx():
        answer = _with(status, Response(message, mimetype="text/plain"))
        answer.headers["HX-Reswap"] = "none"  # htmx 4 would swap it into the card
        return answer
    # Rendered without Flask's context: that would ask the database, which may be what is away.
    template = current_app.jinja_env.select_template(
        [page or f"errors/{status}.html", "errors/other.html"]
    )
    return _with(status, make_response(template.render(message=message)))


def _with(status: int, response: Response) -> Response:
    response.status_code = status
    return response
