"""The shape of everything that can go wrong, and errors that more than one place has to word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .wire import Failure, Reply

Data = dict[str, Any]
CHAT = frozenset({"chat"})
PICTURES = frozenset({"image", "runware"})
CALLS = CHAT | PICTURES
EVERYWHERE = CALLS | {"models"}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, at the place in the answer's making that has a function."""

    name: str
    kinds: frozenset[str] = EVERYWHERE
    """Kinds of call that it can happen to."""
    instead: Failure | Reply | None = None
    """In place of an answer; nothing is charged."""
    data: Callable[[Data], Any] | None = None
    """Alters the plausible answer of a task."""
    content: Callable[[str], str] | None = None
    """Alters the text of the message."""
    completion: Callable[[Data], None] | None = None
    """Alters the JSON around the message, in place."""
    picture: Callable[[bytes], bytes] | None = None
    """Alters the bytes of a picture."""
    file: Callable[[Reply], Reply] | None = None
    """Alters what is answered where a picture's URL leads."""
    reply: Callable[[Reply], Reply] | None = None
    """Alters how the answer leaves."""


def wrong_key() -> Failure:
    """401 that repeats the key, as some servers do."""
    return Failure(401, "Incorrect API key provided: {key}.", code="invalid_api_key")


def no_such_model(model: str) -> Failure:
    """404."""
    message = f"The model `{model}` does not exist or you do not have access to it."
    return Failure(404, message, code="model_not_found", param="model")


def unsupported_format(kind: str) -> Failure:
    """400 of a server that lacks this response_format."""
    message = (
        f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model."
    )
    return Failure(400, message, param="response_format")


def unsupported_parameter(name: str, other: str) -> Failure:
    """400 of a model that wants another parameter."""
    message = (
        f"Unsupported parameter: '{name}' is not supported with this model. Use '{other}' instead."
    )
    return Failure(400, message, code="unsupported_parameter", param=name)


def page(status: int, title: str) -> Reply:
    """A web page where JSON was expected."""
    body = f"<!doctype html><html><title>{title}</title><body><h1>{title}</h1></body></html>"
    return Reply(status, body.encode(), "text/html; charset=utf-8")
