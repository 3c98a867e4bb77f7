"""What is in force for the installation or a site, where it comes from, and what of its key may be
told. A level is a site, or None for the installation.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from ...config import secret_key
from ...current import config
from ...extensions import session
from ...models import ProviderKind, ProviderSetting, Site, User
from ...pipeline.providers_of_site import ProvidersOfSite, Stored, origin, providers_of
from ...providers.settings import ImageSettings, TextSettings
from ...sealing import CannotOpen, unseal
from .choices import title_at

Settings = TextSettings | ImageSettings


class Source(enum.StrEnum):
    """Where the setting in force comes from."""

    SITE = "site"
    INSTALLATION = "installation"
    ENVIRONMENT = "environment"
    BUILT_IN = "built-in"


class KeyState(enum.StrEnum):
    """What may be told of a key."""

    NONE = "none"
    STORED = "stored"
    LOST = "lost"
    """Stored, but sealed with another secret key than the installation has now."""
    ENVIRONMENT = "environment"


@dataclass(frozen=True)
class Key:
    """A key, as far as it may be shown: never a part of it."""

    state: KeyState = KeyState.NONE
    since: datetime | None = None
    """When it was entered, if it is stored and can be opened."""


@dataclass(frozen=True)
class InForce:
    """Who makes the texts or the images of a level."""

    kind: ProviderKind
    source: Source
    title: str
    model: str
    """Empty when no server is asked."""
    base_url: str
    key: Key


def in_force(kind: ProviderKind, site: Site | None) -> InForce:
    """What counts for the level."""
    return _told(kind, providers_of(site.id if site else None).stored.get(kind))


def above(kind: ProviderKind, site: Site | None) -> InForce:
    """What counts, or would count, without a setting of the level's own."""
    return _told(kind, providers_above(site).stored.get(kind))


def providers_above(site: Site | None) -> ProvidersOfSite:
    """For a site the installation's, for the installation the environment's."""
    return providers_of(None) if site else ProvidersOfSite({})


def settings_from(kind: ProviderKind, providers: ProvidersOfSite) -> Settings:
    """The half of them. Raises ProviderError when the key cannot be opened."""
    return providers.text_settings if kind is ProviderKind.TEXT else providers.image_settings


def key_of(sealed: str | None, base_url: str) -> Key:
    """What may be told of a stored key."""
    if not sealed:
        return Key()
    try:
        since = unseal(sealed, secret_key(config()), origin(base_url)).since
    except (CannotOpen, ValueError):
        return Key(KeyState.LOST)
    return Key(KeyState.STORED, since)


def changed_by(setting: ProviderSetting) -> str | None:
    """The e-mail address of who saved it last; None when the account is gone."""
    author = session().get(User, setting.updated_by_id) if setting.updated_by_id else None
    return author.email if author else None


def _told(kind: ProviderKind, stored: Stored | None) -> InForce:
    if stored is None:
        found = settings_from(kind, ProvidersOfSite({}))
        source = Source.ENVIRONMENT if found.base_url else Source.BUILT_IN
        key = Key(KeyState.ENVIRONMENT if found.api_key else KeyState.NONE)
        title = title_at(kind, found.base_url)
        return InForce(kind, source, title, found.model, found.base_url, key)
    source = Source.SITE if stored.site_id else Source.INSTALLATION
    key = key_of(stored.sealed_key, stored.base_url)
    title = title_at(kind, stored.base_url)
    return InForce(kind, source, title, stored.model, stored.base_url, key)
