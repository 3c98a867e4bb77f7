"""Choosing which AI the installation or a site uses, and entering its key.

A level is a site, or None for the installation. What is saved counts from the next slice of
work on.
"""

from __future__ import annotations

from dataclasses import asdict, replace

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...config import secret_key
from ...current import config
from ...extensions import session, transaction
from ...models import ProviderKind, ProviderSetting, Site, User
from ...pipeline.providers_of_site import ProvidersOfSite, Stored, origin, providers_of
from ...sealing import seal
from ..errors import Refused
from .standing import KeyState, Settings, key_of, providers_above, settings_from
from .wish import Draft, Wish, read

INHERIT = "inherit"
"""The choice of who wants no setting of the level's own."""
_CHOSEN = ("preset", "base_url", "model", "requests_per_minute", "tokens_per_minute")


def own_setting(kind: ProviderKind, site: Site | None) -> ProviderSetting | None:
    """What the level has of its own."""
    return _find(session(), kind, site)


def save(kind: ProviderKind, site: Site | None, wish: Wish, user: User) -> None:
    """Use this provider. Raises Invalid, which names the field."""
    if wish.preset == INHERIT:
        return inherit(kind, site)
    try:
        with transaction() as db:
            setting = _find(db, kind, site)
            draft = _read(kind, wish, setting)
            if setting is None:
                setting = ProviderSetting(site_id=site.id if site else None, kind=kind)
                db.add(setting)
            if draft.api_key:
                about = origin(draft.base_url)
                setting.sealed_key = seal(draft.api_key, secret_key(config()), about)
            elif not draft.keeps_key:
                setting.sealed_key = None
            for name in _CHOSEN:
                setattr(setting, name, getattr(draft, name))
            setting.updated_by_id = user.id
    except IntegrityError:
        raise Refused("Somebody else saved this at the same moment. Look at it again.") from None


def inherit(kind: ProviderKind, site: Site | None) -> None:
    """Forget the level's own setting, and its key: what is above it counts again."""
    with transaction() as db:
        setting = _find(db, kind, site)
        if setting is not None:
            db.delete(setting)


def forget_key(kind: ProviderKind, site: Site | None) -> None:
    """Remove the stored key; the rest of the setting stays."""
    with transaction() as db:
        setting = _find(db, kind, site)
        if setting is not None:
            setting.sealed_key = None


def settings_in_force(kind: ProviderKind, site: Site | None) -> Settings:
    """What the level's work is done with, key included. Raises ProviderError."""
    return settings_from(kind, providers_of(site.id if site else None))


def settings_of(kind: ProviderKind, site: Site | None, wish: Wish) -> Settings:
    """What the wish would mean, key included; nothing is saved. Raises Invalid, ProviderError."""
    if wish.preset == INHERIT:
        return settings_from(kind, providers_above(site))
    setting = own_setting(kind, site)
    draft = _read(kind, wish, setting)
    kept = setting.sealed_key if setting and draft.keeps_key else None
    chosen = {name: value for name, value in asdict(draft).items() if name in _CHOSEN}
    stored = Stored(site_id=None, sealed_key=kept, **chosen)
    settings = settings_from(kind, ProvidersOfSite({kind: stored}))
    return replace(settings, api_key=draft.api_key) if draft.api_key else settings


def _read(kind: ProviderKind, wish: Wish, setting: ProviderSetting | None) -> Draft:
    key = key_of(setting.sealed_key, setting.base_url) if setting else None
    return read(kind, wish, setting, lost=key is not None and key.state is KeyState.LOST)


def _find(db: Session, kind: ProviderKind, site: Site | None) -> ProviderSetting | None:
    level = ProviderSetting.site_id == site.id if site else ProviderSetting.site_id.is_(None)
    return db.scalar(sa.select(ProviderSetting).where(ProviderSetting.kind == kind, level))
