"""No secret in a log: what is configured as one, and what looks like one, becomes ``***``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

HIDDEN = "***"
SHORT = 8
"""A shorter secret may be part of an ordinary word: hidden only where it stands alone."""

_LOOKS_SECRET = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<keep>://[^\s/@\"':]*:)[^\s/@\"']+(?=@)",  # the password of a URL
        r"(?P<keep>\b(?:bearer|basic)\s+)[\w.~+/=-]{16,}",  # what an Authorization header holds
        r"(?P<keep>/setup/)[\w-]+",  # the one-time link of the first start
        r"(?P<keep>[?&](?:\w*[-_])?(?:token|key|secret|password|sig|signature)=)[^\s&\"'\\]+",
        r"(?P<keep>\b)igny8_[\w-]{30,}",  # an API token of ours
        r"(?P<keep>\b)sk-[\w-]{16,}",  # a provider's key that is not configured here
    )
)


class Mask:
    """Call it with a text, e.g. a whole log line; also with one that is JSON."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._spelled: frozenset[str] = frozenset()
        self._known: re.Pattern[str] | None = None
        self.hide(*secrets)

    def hide(self, *secrets: str) -> None:
        """Hide these from now on, too."""
        spelled = self._spelled.union(*map(_spellings, filter(None, secrets)))
        if spelled != self._spelled:
            longest_first = sorted(spelled, key=len, reverse=True)
            self._known = re.compile("|".join(map(_pattern, longest_first)))
            self._spelled = spelled

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known:
            text = self._known.sub(HIDDEN, text)
        for pattern in _LOOKS_SECRET:
            text = pattern.sub(rf"\g<keep>{HIDDEN}", text)
        return text


def password_of(url: str) -> str:
    """The password of a URL as it stands there, percent signs and all; empty without one."""
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def _spellings(secret: str) -> set[str]:
    """As it is, as a URL has it, as Python and JSON quote it."""
    forms = {secret, unquote(secret)}
    forms |= {quote(form, safe) for form in forms for safe in ("", "/")}
    forms |= {repr(form)[1:-1] for form in forms}
    return forms | {json.dumps(form)[1:-1] for form in forms}


def _pattern(secret: str) -> str:
    escaped = re.escape(secret)
    return rf"(?<!\w){escaped}(?!\w)" if len(secret) < SHORT else escaped
