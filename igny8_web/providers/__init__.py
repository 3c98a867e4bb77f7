"""The AI behind the stages: text and images, each provider in a room of its own.

They are loaded when first used: the web process never draws, and stays small.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import cast

from .base import ImageProvider, TextProvider
from .settings import ImageSettings, TextSettings

OFFLINE_TEXT = "igny8_web.providers.offline:OfflineText"
CHAT = "igny8_web.providers.chat:Chat"
OFFLINE_IMAGES = "igny8_web.providers.offline_painter:OfflinePainter"
IMAGES = {
    "openai": "igny8_web.providers.openai_images:OpenAIImages",
    "runware": "igny8_web.providers.runware:Runware",
}


def text_provider(settings: TextSettings) -> TextProvider:
    """The text provider that these settings mean."""
    if not settings.base_url:
        return cast(TextProvider, _load(OFFLINE_TEXT))
    return cast(TextProvider, _load(CHAT, settings))


def image_provider(settings: ImageSettings) -> ImageProvider:
    """The image provider that these settings mean. Raises KeyError for an unknown one."""
    if not settings.provider:
        return cast(ImageProvider, _load(OFFLINE_IMAGES))
    return cast(ImageProvider, _load(IMAGES[settings.provider], settings))


@lru_cache(maxsize=64)
def _load(place: str, *settings: object) -> object:
    """One provider for the same settings. Tests put their own in its place."""
    module, attribute = place.split(":")
    return getattr(import_module(module), attribute)(*settings)
