"""What a chat server answered: the JSON object in it, or why there is none."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from ..base import ProviderError, TextAnswer, Usage
from ..trouble import refusal, tidy

_TRIES = 50
"""Opening braces at which a JSON object may begin, in an answer with prose around it."""


def read_answer(host: str, reply: Any, key: str) -> TextAnswer:
    """The answer in a chat completion. Raises ProviderError, its price and tokens noted."""
    if not isinstance(reply, dict):
        raise ProviderError(_no_completion(host), code="garbage", retry=True, cost=None)
    usage, cost = _usage(reply.get("usage"))
    choices = reply.get("choices")
    if not choices and reply.get("error"):
        raise _error_in_200(host, reply, key)
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise ProviderError(
            _no_completion(host), code="garbage", retry=True, cost=cost, usage=usage
        )
    text = _text(message.get("content"))
    problem = _problem(host, choice, message, text, key)
    if problem is not None:
        problem.cost, problem.usage = cost, usage
        raise problem
    try:
        return TextAnswer(object_in(text), cost, usage)
    except ValueError as error:
        raise ProviderError(
            f"The model did not answer with JSON: {tidy(text, key, 120)}",
            code="garbage",
            retry=True,
            cost=cost,
            usage=usage,
        ) from error


def _problem(
    host: str, choice: dict[str, Any], message: dict[str, Any], text: str, key: str
) -> ProviderError | None:
    """Why the text, if there is any, must not be read as an answer."""
    reason = choice.get("finish_reason")
    if message.get("refusal"):
        told = tidy(str(message["refusal"]), key)
        return ProviderError(f"The model refused: {told}", code="refused")
    if reason == "content_filter":
        return ProviderError(f"The content filter of {host} stopped the answer.", code="filtered")
    if reason == "length":
        return ProviderError(
            "The answer was cut off: it grew longer than the model may write.",
            code="truncated",
            retry=True,
        )
    if reason == "error" or choice.get("error"):
        told = tidy(str(choice.get("error") or ""), key)
        return ProviderError(
            f"{host} broke the answer off. {told}".strip(), code="server_error", retry=True
        )
    if not text.strip():
        return ProviderError("The model answered with nothing.", code="garbage", retry=True)
    return None


def object_in(text: str) -> dict[str, Any]:
    """The first JSON object in a text, also in a fence or with prose around it.

    Raises ValueError when there is none that a database could keep.
    """
    text = text.rpartition("</think>")[2]
    reader = json.JSONDecoder(strict=False, parse_constant=_no_number)
    at = -1
    for _ in range(_TRIES):
        at = text.find("{", at + 1)
        if at < 0:
            break
        try:
            found, _end = reader.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if found:
            _check_characters(found)
            return dict(found)
    raise ValueError("no JSON object")


def _check_characters(found: dict[str, Any]) -> None:
    plain = json.dumps(found, ensure_ascii=False)
    plain.encode()  # a half of a surrogate pair is a UnicodeEncodeError, which is a ValueError
    if "\\u0000" in plain:
        raise ValueError("a zero byte")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _text(content: Any) -> str:
    """The content as text: some servers answer it in parts."""
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _usage(told: Any) -> tuple[Usage, Decimal | None]:
    """Tokens, and dollars where the server says how many."""
    if not isinstance(told, dict):
        return {}, None
    names = {"input": "prompt_tokens", "output": "completion_tokens"}
    usage = {
        ours: told[theirs]
        for ours, theirs in names.items()
        if type(told.get(theirs)) is int and told[theirs] >= 0
    }
    try:
        cost = Decimal(str(told["cost"])) if told.get("cost") is not None else None
    except InvalidOperation:
        cost = None
    return usage, cost if cost is not None and cost.is_finite() and cost >= 0 else None


def _error_in_200(host: str, reply: dict[str, Any], key: str) -> ProviderError:
    error = reply["error"]
    code = error.get("code") if isinstance(error, dict) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else 502
    return refusal(host, status, {}, json.dumps(reply).encode(), key)


def _no_completion(host: str) -> str:
    return f"{host} did not answer with a chat completion. Is the base URL right?"
