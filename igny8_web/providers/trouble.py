"""What a provider says when it refuses, read and retold: shortened, and without the key."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time
from typing import Any

from ..masking import HIDDEN, Mask
from .base import ProviderError

LONGEST = 300
"""Characters of a provider's own words in a message of ours."""
MOST_READ = 20_000
"""Bytes of an error that are looked at."""
LONGEST_WAIT = 3600.0
"""Seconds. A provider that asks for more is asked again after an hour."""
_PART = 8
"""Characters of a key by which a part of it is known."""


class Refusal(ProviderError):
    """An answer with an error status. ``told`` is what the provider said, in full, ``words`` the
    machine words beside it.
    """

    def __init__(self, message: str, *, status: int, told: str, words: str, **how: Any) -> None:
        super().__init__(message, **how)
        self.status = status
        self.told = told
        self.words = words


def refusal(
    host: str, status: int, headers: Mapping[str, str], body: bytes, key: str = ""
) -> Refusal:
    """The error for an answer with this status: what happened, and whether to try again."""
    told, words = _error_in(body[:MOST_READ])
    kind = next(kind for kind in _KINDS if kind.fits(status, f"{words} {told}".lower()))
    about = tidy(told, key)
    return Refusal(
        f"{host} {kind.what} ({status})" + (f": {about}" if about else "."),
        status=status,
        told=hide(told, key),
        words=hide(words, key),
        code=kind.code,
        retry=kind.retry,
        fatal=kind.fatal,
        retry_after=_retry_after(headers) if kind.retry else None,
    )


@dataclass(frozen=True)
class _Kind:
    """One thing that providers complain about, and how to know it."""

    code: str
    what: str
    """What the host did, to stand behind its name."""
    statuses: Collection[int]
    signs: str = ""
    """A pattern that has to be found in what it says; empty: the status is enough."""
    retry: bool = False
    fatal: bool = False

    def fits(self, status: int, told: str) -> bool:
        return status in self.statuses and re.search(self.signs, told) is not None


_ANY = range(400, 600)
_KINDS = (  # the first that fits
    _Kind(
        "no_quota",
        "says that the account has no credit left",
        _ANY,
        r"insufficient_quota|insufficient_credits|credit balance|billing_hard_limit",
        fatal=True,
    ),
    _Kind("no_quota", "says that the account has no credit left", (402,), fatal=True),
    _Kind(
        "filtered", "refused the text", (400, 403), r"moderation|flagged|content_(filter|policy)"
    ),
    _Kind("bad_key", "does not accept the API key", (401,), fatal=True),
    _Kind(
        "bad_key",
        "does not accept the API key",
        (400, 403),
        r"api[ _]key",
        fatal=True,
    ),
    _Kind("forbidden", "does not allow this", (403,), fatal=True),
    _Kind(
        "unknown_model",
        "does not know the model",
        (400, 404),
        r"model_not_found|not a valid model|invalid model|unknown model|no such model",
        fatal=True,
    ),
    _Kind("unknown_model", "does not know the model", (404,), "model", fatal=True),
    _Kind(
        "bad_address",
        "has nothing at this address; check the base URL",
        (404, 405, 410),
        fatal=True,
    ),
    _Kind(
        "bad_address",
        "sends us elsewhere; set the base URL to its final address",
        range(300, 400),
        fatal=True,
    ),
    _Kind(
        "too_long",
        "cannot read so long a text",
        (400, 413, 422),
        r"context[ _](length|size|window)",
    ),
    _Kind("rate_limited", "asks us to slow down", (429,), retry=True),
    _Kind(
        "server_error", "has a problem of its own", (408, 409, 425, *range(500, 600)), retry=True
    ),
    _Kind("bad_request", "refused the request", range(1000)),
)


def _error_in(body: bytes) -> tuple[str, str]:
    """The provider's sentence, and its machine words (type and code) in one string.

    Understands OpenAI's ``{"error": {"message", "type", "code"}}``, its variants with a string
    or in a list, and ``{"errors": [{"code", "message"}]}``.
    """
    text = body.decode("utf-8", "replace")
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return re.sub(r"<[^>]*>", " ", text), ""
    if isinstance(found, list):
        found = found[0] if found else {}
    if not isinstance(found, dict):
        return text, ""
    errors = found.get("errors")
    error = found.get("error") or (errors[0] if isinstance(errors, list) and errors else found)
    if not isinstance(error, dict):
        return str(error), ""
    told = error.get("message") or error.get("detail") or found.get("detail") or text
    return str(told), " ".join(str(error.get(name)) for name in ("type", "code", "status"))


def said(body: bytes, key: str = "") -> str:
    """The beginning of something unexpected, as it may stand in a message."""
    return tidy(body[:4000].decode("utf-8", "replace"), key, 120) or "nothing at all."


def tidy(text: str, key: str = "", longest: int = LONGEST) -> str:
    """A provider's words as they may stand in a message of ours: one line, short, no key."""
    line = " ".join("".join(c if c.isprintable() else " " for c in hide(text, key)).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def hide(text: str, key: str) -> str:
    """The text without the key, also where only a part of it is quoted."""
    text = Mask((key,))(text)
    parts = {key[at : at + _PART] for at in range(len(key) - _PART + 1)}
    return re.sub(r"\S+", lambda word: HIDDEN if _has_part(word[0], parts) else word[0], text)


def _has_part(word: str, parts: set[str]) -> bool:
    return any(word[at : at + _PART] in parts for at in range(len(word) - _PART + 1))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that the provider asked us to wait, if it did so in a way we understand."""
    found = {name.lower(): value.strip() for name, value in headers.items()}
    try:
        if "retry-after-ms" in found:
            seconds = float(found["retry-after-ms"]) / 1000
        elif "retry-after" not in found:
            return None
        elif re.fullmatch(r"[0-9.]+", found["retry-after"]):
            seconds = float(found["retry-after"])
        else:
            seconds = parsedate_to_datetime(found["retry-after"]).timestamp() - time()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT) if seconds == seconds else None
