"""The API's blueprint, and how a view joins it: checked and described by the same models."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData

from ...importers import UnreadableFile
from ...services.automation import AlreadyRunning
from . import errors
from .schemas import ProblemAnswer

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.register_error_handler(AlreadyRunning, errors.already_running)
blueprint.register_error_handler(UnreadableFile, errors.unreadable_file)

spec = SpecTree(
    "flask",
    mode="strict",  # what is described is what operation() made
    title="igny8_web",
    version="1",
    description=(
        "A keyword list goes in; reviewed, illustrated, published articles come out.\n\n"
        "Send `Authorization: Bearer …` with a token of `flask --app wsgi create-token EMAIL`. "
        "The session of a signed-in browser is accepted too, for requests that change nothing. "
        "Times are UTC (ISO 8601); money is a number of US dollars; what is unknown is null."
    ),
    security_schemes=[
        SecurityScheme(
            name="bearer", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")
        )
    ],
    security={"bearer": []},
    before=errors.refuse_invalid,
    validation_error_model=ProblemAnswer,
    naming_strategy=lambda model: _component(model.__name__),
    nested_naming_strategy=lambda _parent, child: _component(child),
)


def _component(name: str) -> str:
    """``Listed[Keyword]`` and pydantic's ``Listed_Keyword_`` are both ``Listed_Keyword``."""
    return re.sub(r"\W", "_", name).strip("_")


Problems = Mapping[int, str | type[BaseModel]]
"""Status → description, or a model that has more than code and message."""

_ALWAYS = {
    401: "There is no valid token.",
    500: "Something went wrong here.",
    503: "The database does not answer; try again in a moment.",
}


def operation(
    tag: str,
    answer: type[BaseModel] | None = None,
    status: int = 200,
    *,
    problems: Problems = MappingProxyType({}),
    **kwargs: Any,
) -> Callable[[Callable[..., Any]], Callable[..., ResponseReturnValue]]:
    """Describe a view and check its requests.

    The view's parameters ``query``, ``json`` and ``form`` are filled with what their models made
    of the request. ``answer`` is what it returns, with ``status``. ``problems`` are the errors
    it may answer besides 422 and those that everything may answer.
    """

    def model_of(problem: str | type[BaseModel]) -> Any:
        return (ProblemAnswer, problem) if isinstance(problem, str) else problem

    answers: dict[str, Any] = {f"HTTP_{status}": answer}
    for code, problem in sorted({**_ALWAYS, **problems}.items()):
        answers[f"HTTP_{code}"] = model_of(problem)

    def decorate(view: Callable[..., Any]) -> Callable[..., ResponseReturnValue]:
        described = spec.validate(
            resp=Response(**answers), tags=[tag], operation_id=view.__name__, **kwargs
        )
        return described(view)  # type: ignore[no-any-return] # spectree is untyped

    return decorate
