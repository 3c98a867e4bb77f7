"""Which AI works for a site: the site's own setting, the installation's, or the environment's.

The first that is there counts, and as a whole: no key is ever sent to the address of another.
Where there is none, the offline providers work.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from urllib.parse import urlsplit

import sqlalchemy as sa

from .. import logs
from ..config import secret_key
from ..current import config
from ..extensions import session
from ..models import ProviderKind, ProviderSetting
from ..providers import image_provider, text_provider
from ..providers.base import ImageProvider, ProviderError, TextProvider
from ..providers.settings import (
    IMAGE_APIS,
    ImageSettings,
    TextSettings,
    image_settings,
    text_settings,
)
from ..sealing import CannotOpen, unseal
from .pace import FREE, Pace

OFFLINE = "offline"
"""The preset of those who want no AI, whatever the environment says."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Stored:
    """A :class:`ProviderSetting` as plain data, to be used without a session."""

    site_id: int | None
    preset: str
    base_url: str
    model: str
    sealed_key: str | None = field(repr=False)
    requests_per_minute: int | None
    tokens_per_minute: int | None


@dataclass(frozen=True)
class ProvidersOfSite:
    """What was found; keys are opened and providers loaded when they are first asked for."""

    stored: dict[ProviderKind, Stored]

    @cached_property
    def text_settings(self) -> TextSettings:
        """Raises ProviderError when the stored key cannot be opened."""
        usual, stored = text_settings(config()), self.stored.get(ProviderKind.TEXT)
        if stored is None:
            return usual
        if stored.preset == OFFLINE:
            return replace(usual, base_url="", model="", api_key="")
        return replace(
            usual,
            base_url=stored.base_url,
            model=stored.model,
            api_key=key_of(stored.sealed_key, stored.base_url, "text"),
            requests_per_minute=stored.requests_per_minute,
            tokens_per_minute=stored.tokens_per_minute,
        )

    @cached_property
    def image_settings(self) -> ImageSettings:
        """Raises ProviderError when the stored key cannot be opened."""
        usual, stored = image_settings(config()), self.stored.get(ProviderKind.IMAGE)
        if stored is None:
            return usual
        if stored.preset == OFFLINE:
            return replace(usual, provider="", base_url="", model="", api_key="")
        return replace(
            usual,
            provider=stored.preset if stored.preset in IMAGE_APIS else "openai",
            base_url=stored.base_url,
            model=stored.model,
            api_key=key_of(stored.sealed_key, stored.base_url, "image"),
            requests_per_minute=stored.requests_per_minute,
        )

    @property
    def models(self) -> list[str]:
        """The models that may send a bill; none for the offline providers.

        An empty one is not known yet: the server is asked which it has.
        """
        try:
            settings = (self.text_settings, self.image_settings)
        except ProviderError:
            return []  # said again, and to more purpose, by whoever asks for the provider
        return [each.model for each in settings if each.base_url]

    @property
    def text_pace(self) -> Pace:
        """How fast the text provider may be asked."""
        try:
            return _pace(self.text_settings)
        except ProviderError:
            return FREE

    @property
    def image_pace(self) -> Pace:
        """How fast the image provider may be asked."""
        try:
            return _pace(self.image_settings)
        except ProviderError:
            return FREE

    def text(self) -> TextProvider:
        """The text provider. Raises ProviderError as :attr:`text_settings` does."""
        return text_provider(self.text_settings)

    def images(self) -> ImageProvider:
        """The image provider. Raises ProviderError as :attr:`image_settings` does."""
        return image_provider(self.image_settings)


def _pace(settings: TextSettings | ImageSettings) -> Pace:
    if not settings.base_url:
        return FREE
    told = f"{settings.base_url} {settings.api_key} {settings.model}"  # limits are by model
    account = sha256(told.encode()).hexdigest()[:16]
    tokens = settings.tokens_per_minute if isinstance(settings, TextSettings) else None
    return Pace(account, settings.requests_per_minute, tokens)


def providers_of(site_id: int | None) -> ProvidersOfSite:
    """The providers of a site, or (None) of a site without settings of its own. One query."""
    row = ProviderSetting
    columns = [getattr(row, name) for name in Stored.__dataclass_fields__]
    query = sa.select(row.kind, *columns).where(
        sa.or_(row.site_id.is_(None), row.site_id == site_id)
    )
    found = [(kind, Stored(*values)) for kind, *values in session().execute(query)]
    found.sort(key=lambda each: each[1].site_id is not None)  # the site's own come last, and win
    return ProvidersOfSite(dict(found))


def settings_for(site_id: int | None) -> tuple[TextSettings, ImageSettings]:
    """How texts and images of a site are made. Raises ProviderError as the properties do."""
    providers = providers_of(site_id)
    return providers.text_settings, providers.image_settings


def origin(url: str) -> str:
    """Scheme, host and port: where a key may be sent. Raises ValueError for a port that is none."""
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def key_of(sealed: str | None, base_url: str, kind: str) -> str:
    """The key, in the clear; from here on no log has it. Raises ProviderError."""
    if not sealed:
        return ""
    try:
        key = unseal(sealed, secret_key(config()), origin(base_url)).text
    except (CannotOpen, ValueError) as error:
        raise ProviderError(
            f"The stored key of the {kind} provider cannot be opened: the secret key of this "
            "installation has changed since. Enter the provider's key again under Settings.",
            code="sealed_key",
            fatal=True,
        ) from error
    logs.hide(key)
    return key
