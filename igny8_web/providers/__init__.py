"""The AI behind the stages: text and images, each provider in a room of its own.

They are loaded when first used: the web process never draws, and stays small.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from .base import ImageProvider, TextProvider

TEXT = {"offline": "igny8_web.providers.offline:OfflineText"}
IMAGES = {"offline": "igny8_web.providers.offline_painter:OfflinePainter"}


def text_provider(name: str = "offline") -> TextProvider:
    """The text provider of this name. Raises KeyError."""
    return cast(TextProvider, _load(TEXT[name]))


def image_provider(name: str = "offline") -> ImageProvider:
    """The image provider of this name. Raises KeyError."""
    return cast(ImageProvider, _load(IMAGES[name]))


@cache
def _load(place: str) -> object:
    module, attribute = place.split(":")
    return getattr(import_module(module), attribute)()
