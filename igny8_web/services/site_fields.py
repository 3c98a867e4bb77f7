"""The fields of a site, checked one by one: each gives the tidy value or raises Invalid."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from functools import cache

from .errors import Invalid

LONGEST_NAME = 120

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")  # RFC 1123
# Language, script, region, variants: the part of BCP 47 (RFC 5646) that names languages.
_LANGUAGE = re.compile(r"([a-z]{2,3})(-[a-z]{4})?(-(?:[a-z]{2}|\d{3}))?((?:-[a-z0-9]{5,8})*)", re.I)


def without_controls(text: str) -> str:
    """Spaces for control characters, not one of which a text of a person needs."""
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)


@cache
def timezone_names() -> tuple[str, ...]:
    """The IANA names that are known here, in order."""
    return tuple(sorted(zoneinfo.available_timezones()))


def name(text: str) -> str:
    """One line with single spaces."""
    name = " ".join(without_controls(text).split())
    if not name:
        raise Invalid("A site needs a name.", "name")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"The name has more than {LONGEST_NAME} characters.", "name")
    return name


def domain(text: str) -> str:
    """A host name, in lower case and without a scheme; may be empty."""
    domain = re.sub(r"^https?://", "", text.strip().lower()).rstrip("/")
    if domain and not _is_host_name(domain):
        raise Invalid("Give the host name alone, like www.example.com, or nothing.", "domain")
    return domain


def _is_host_name(text: str) -> bool:
    try:
        ascii_form = text.encode("idna").decode()  # bücher.example is xn--bcher-kva.example
    except UnicodeError:
        return False
    return len(ascii_form) <= 253 and _HOST.fullmatch(ascii_form) is not None


def language(text: str) -> str:
    """A BCP 47 tag in its usual case."""
    match = _LANGUAGE.fullmatch(text.strip())
    if match is None or len(match[0]) > 20:
        raise Invalid("The language is a tag like en, de or pt-BR.", "language")
    language, script, region, variants = (part or "" for part in match.groups())
    return f"{language.lower()}{script.title()}{region.upper()}{variants.lower()}"


def timezone(text: str) -> str:
    """An IANA name."""
    if text.strip() not in timezone_names():
        raise Invalid("Choose a time zone of the list, like Europe/Berlin.", "timezone")
    return text.strip()
