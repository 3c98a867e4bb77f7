"""What a person typed into the form of a provider, checked field by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...models import ProviderKind, ProviderSetting
from ...pipeline.providers_of_site import OFFLINE, origin
from ..errors import Invalid
from .choices import choice

if TYPE_CHECKING:
    from ...providers.chat.presets import Preset

LONGEST_URL, LONGEST_MODEL, LONGEST_KEY = 400, 120, 1000
MOST_A_MINUTE = 1_000_000_000
_SHOWN = 40
"""Characters of a refused value that are repeated."""


@dataclass(frozen=True)
class Wish:
    """The fields as they were typed. An empty base URL is the provider's own, an empty key the
    one that is stored.
    """

    preset: str
    base_url: str = ""
    model: str = ""
    api_key: str = field(default="", repr=False)
    requests_per_minute: str = ""
    tokens_per_minute: str = ""


@dataclass(frozen=True)
class Draft:
    """A wish that can be met. ``keeps_key``: the stored key stays, ``api_key`` is empty then."""

    preset: str
    base_url: str = ""
    model: str = ""
    api_key: str = field(default="", repr=False)
    keeps_key: bool = False
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


def read(kind: ProviderKind, wish: Wish, stored: ProviderSetting | None, *, lost: bool) -> Draft:
    """The wish, checked against what is stored; ``lost``: its key cannot be opened.

    Raises Invalid, which names the field.
    """
    preset = choice(kind, wish.preset)
    if preset is None:
        raise Invalid("Choose a provider of the list.", "preset")
    if preset.slug == OFFLINE:
        return Draft(OFFLINE)
    base_url = _base_url(wish.base_url, preset)
    model = " ".join(wish.model.split())
    if not model:
        example = f", like {preset.example}" if preset.example else ""
        raise Invalid(f"Name the model to use{example}.", "model")
    if len(model) > LONGEST_MODEL or not model.isprintable():
        raise Invalid(f"No model has a name like this: {_in_short(model)}", "model")
    api_key = _typed_key(wish.api_key)
    keeps_key = not api_key and _may_keep_key(preset, base_url, stored, lost)
    if preset.needs_key and base_url == preset.base_url and not (api_key or keeps_key):
        raise Invalid(f"{preset.title} needs a key.", "api_key")
    return Draft(
        preset.slug,
        base_url,
        model,
        api_key,
        keeps_key,
        _limit(wish.requests_per_minute, "requests_per_minute"),
        _limit(wish.tokens_per_minute, "tokens_per_minute"),
    )


def _base_url(text: str, preset: Preset) -> str:
    url = text.strip().rstrip("/") or preset.base_url
    if not url:
        raise Invalid("Say where the server is, e.g. http://localhost:8080/v1", "base_url")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        usable = False
    if not usable or len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise Invalid("The address begins with https:// or http:// and names a host.", "base_url")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise Invalid(
            "The address ends before any ? or #, and has no password: the key has its own field.",
            "base_url",
        )
    return url


def _typed_key(text: str) -> str:
    key = text.strip()
    if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()) or " " in key:
        raise Invalid("This has characters that no key has; copy the key anew.", "api_key")
    return key


def _may_keep_key(
    preset: Preset, base_url: str, stored: ProviderSetting | None, lost: bool
) -> bool:
    """Whether the stored key may be used on. Raises Invalid where it has to be entered again.

    It was entered for one address. If it went along to another, who may change the address could
    have the key sent to a server of his own.
    """
    if stored is None or not stored.sealed_key:
        return False
    if origin(base_url) != origin(stored.base_url):
        if preset.base_url and not preset.needs_key:
            return False  # a model on one's own machine: the key of another server is dropped
        raise Invalid(
            f"The stored key is for {_host(stored.base_url)} and is sent nowhere else. "
            f"Enter the key for {_host(base_url)}, or remove the stored one first.",
            "api_key",
        )
    if lost:
        raise Invalid(
            "The stored key cannot be opened any more. Enter it again, or remove it.", "api_key"
        )
    return True


def _limit(text: str, field_name: str) -> int | None:
    digits = text.strip().replace(",", "").replace(" ", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()) or not 0 < int(digits[:20]) <= MOST_A_MINUTE:
        raise Invalid(
            f"Write a whole number from 1, or nothing for no limit; not {_in_short(text)}.",
            field_name,
        )
    return int(digits)


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _in_short(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text.strip())
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
