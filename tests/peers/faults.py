"""What can go wrong at a provider, by name. ``peer.will(task, too_many(), None, garbage())``.

Charged, as a real provider charges: every answer that was made, usable or not. Not charged: what
comes *instead* of an answer (errors, silence, a connection that is closed before the answer).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import fault, pictures
from .fault import CALLS, CHAT, PICTURES, Data, Fault, page
from .wire import Failure, Reply, Sending, slowly

# ---- instead of an answer, everywhere --------------------------------------------------


def too_many(retry_after: str | float | None = None, retry_after_ms: int | None = None) -> Fault:
    """429. ``retry_after``: seconds or an HTTP date; ``retry_after_ms`` is the other header."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if retry_after_ms is not None:
        headers["retry-after-ms"] = str(retry_after_ms)
    message = "Rate limit reached on requests per min (RPM): Limit 3, Used 3, Requested 1."
    failure = Failure(429, message, "requests", "rate_limit_exceeded", headers=headers)
    return Fault("too_many", instead=failure)


def no_quota() -> Fault:
    """429 of the kind that waiting does not help."""
    message = "You exceeded your current quota, please check your plan and billing details."
    failure = Failure(429, message, "insufficient_quota", "insufficient_quota")
    return Fault("no_quota", instead=failure)


def bad_key() -> Fault:
    """401."""
    return Fault("bad_key", instead=fault.wrong_key())


def unknown_model(model: str = "test-model") -> Fault:
    """404."""
    return Fault("unknown_model", instead=fault.no_such_model(model))


def server_error(status: int = 500, html: bool = False) -> Fault:
    """500, 502, 503 or 529, as JSON or as the page of a proxy in front."""
    if html:
        return Fault(f"server_error {status}", instead=page(status, f"{status} Bad Gateway"))
    message = "The server had an error while processing your request."
    return Fault(f"server_error {status}", instead=Failure(status, message, "server_error"))


def bad_request(message: str, param: str | None = None, code: str | None = None) -> Fault:
    """400."""
    return Fault("bad_request", instead=Failure(400, message, code=code, param=param))


def no_json_schema() -> Fault:
    """400 of a server that knows no json_schema (``peer.structured`` makes one for good)."""
    return Fault("no_json_schema", CHAT, instead=fault.unsupported_format("json_schema"))


def silence(seconds: float) -> Fault:
    """Nothing for so long, then the connection is closed."""
    return Fault("silence", instead=Reply(0, sending=Sending.NOTHING, seconds=seconds))


def hang_up() -> Fault:
    """The connection is closed at once."""
    return Fault("hang_up", instead=Reply(0, sending=Sending.NOTHING))


def html_page() -> Fault:
    """200 with the page of a hotel's wifi."""
    return Fault("html_page", instead=page(200, "Please sign in"))


def endless() -> Fault:
    """200 with a body that never ends."""
    return Fault("endless", instead=Reply(sending=Sending.ENDLESS))


# ---- an answer, but how it leaves ------------------------------------------------------


def hang_up_after() -> Fault:
    """Half of the body that Content-Length promised."""
    return Fault("hang_up_after", CALLS, reply=lambda reply: replace(reply, sending=Sending.HALF))


def slow_body(seconds: float = 10.0) -> Fault:
    """The body takes so long, in drops. A picture with a URL is what is slow, not its answer."""
    drip = lambda reply: slowly(reply, seconds)  # noqa: E731
    return Fault("slow_body", CALLS, reply=drip, file=drip)


# ---- of chat ---------------------------------------------------------------------------


def garbage(text: str = "I am sorry, but as a language model I cannot do that.") -> Fault:
    """Prose instead of JSON."""
    return Fault("garbage", CHAT, content=lambda content: text)


def fenced() -> Fault:
    """A usable answer in Markdown, after a sentence."""
    return Fault("fenced", CHAT, content=lambda text: f"Here you are:\n\n```json\n{text}\n```")


def empty() -> Fault:
    """No text."""
    return Fault("empty", CHAT, content=lambda content: "")


def changed(function: Callable[[Data], Any]) -> Fault:
    """The plausible answer as ``function`` alters it: unknown ids, doubled ids, none at all."""
    return Fault("changed", CHAT, data=function)


def truncated() -> Fault:
    """The text stops in the middle, with the finish reason ``length``."""
    half = lambda text: text[: len(text) // 2]  # noqa: E731
    return Fault("truncated", CHAT, content=half, completion=_ends("length"))


def refused(reason: str = "I'm sorry, I can't assist with that.") -> Fault:
    """The model will not."""

    def refuse(completion: Data) -> None:
        completion["choices"][0]["message"].update(content=None, refusal=reason)

    return Fault("refused", CHAT, completion=refuse)


def filtered() -> Fault:
    """The provider's filter stopped the model."""
    few = lambda text: text[:10]  # noqa: E731
    return Fault("filtered", CHAT, content=few, completion=_ends("content_filter"))


def _ends(reason: str) -> Callable[[Data], None]:
    return lambda completion: completion["choices"][0].update(finish_reason=reason)


def no_choices() -> Fault:
    """200 without an answer in it."""
    return Fault("no_choices", CHAT, completion=lambda completion: completion["choices"].clear())


def no_usage() -> Fault:
    """The provider does not say what it counted, but charges."""
    return Fault("no_usage", CHAT, completion=lambda completion: completion.pop("usage"))


# ---- of pictures -----------------------------------------------------------------------


def picture(data: bytes, name: str = "picture") -> Fault:
    """These bytes."""
    return Fault(name, PICTURES, picture=lambda right: data)


def not_a_picture() -> Fault:
    """A web page where the picture should be."""
    return picture(b"<html><body>No picture today.</body></html>", "not_a_picture")


def wrong_size() -> Fault:
    """Another size than was asked for."""
    return picture(pictures.gradient(320, 200, 7), "wrong_size")


def cut_picture() -> Fault:
    """The first half of the file."""
    return Fault("cut_picture", PICTURES, picture=lambda right: right[: len(right) // 2])


def bomb() -> Fault:
    """A small file that says it has 30000 × 30000 pixels."""
    return picture(pictures.bomb(), "bomb")


def redirect_to(url: str) -> Fault:
    """The picture's URL leads elsewhere."""
    there = Reply(302, headers={"Location": url})
    return Fault("redirect_to", PICTURES, file=lambda reply: there)


def expired_url() -> Fault:
    """The picture's URL is no longer good."""
    return Fault("expired_url", PICTURES, file=lambda reply: page(403, "AuthenticationFailed"))


def task_error(code: str = "timeoutProvider", message: str = "The provider timed out.") -> Fault:
    """Runware fails this task of the request, not the others."""
    return Fault("task_error", frozenset({"runware"}), data=lambda task: (code, message))
