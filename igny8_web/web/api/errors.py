"""What cannot be used or done, in the API's one form: ``{"error": {"code", "message"}}``."""

from __future__ import annotations

from typing import Any

from flask import Request, Response, jsonify
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from ...importers import UnreadableFile
from ...services.automation import AlreadyRunning
from ...services.errors import Invalid


def refuse_invalid(request: Request, _answer: Any, error: Exception | None, *_: Any) -> None:
    """A SpecTree hook. Raises Invalid that names what is wrong with each field."""
    if isinstance(error, ValidationError):
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        field = str(problems[0]["loc"][0]) if problems[0]["loc"] else ""
        raise Invalid(" ".join(map(_in_words, problems)), field)


def want_json(request: Request, answer: Any, error: Exception | None, *_: Any) -> None:
    """The same for a JSON body. Raises UnsupportedMediaType and BadRequest too."""
    if not request.is_json:
        raise UnsupportedMediaType("Send the body as JSON, with Content-Type: application/json.")
    if not isinstance(request.get_json(silent=True), dict):
        raise BadRequest("The body is no JSON object.")
    refuse_invalid(request, answer, error)


def want_form(request: Request, answer: Any, error: Exception | None, *_: Any) -> None:
    """The same for an upload. Raises UnsupportedMediaType too."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the file as multipart/form-data, in the field “file”.")
    refuse_invalid(request, answer, error)


def already_running(error: AlreadyRunning) -> tuple[Response, int]:
    """409, with the run that is live."""
    return jsonify(
        error={"code": error.code, "message": error.message, "run_id": error.run.run_id}
    ), 409


def unreadable_file(error: UnreadableFile) -> tuple[Response, int]:
    """422, with the line where there is one."""
    return jsonify(
        error={"code": "unreadable_file", "message": str(error), "line": error.line}
    ), 422


def _in_words(problem: ErrorDetails) -> str:
    field = ".".join(map(str, problem["loc"]))
    if problem["type"] == "missing":
        return f"{field} is missing."
    return f"{field}: {problem['msg'].removeprefix('Value error, ').rstrip('.')}."
