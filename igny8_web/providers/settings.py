"""Which provider answers, and how it is reached: plain data, wherever it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..config import Config


@dataclass(frozen=True)
class TextSettings:
    """How text is made. Without a base URL, by the offline provider."""

    base_url: str = ""
    """Of an OpenAI-compatible API, e.g. ``https://api.openai.com/v1``."""
    model: str = ""
    api_key: str = field(default="", repr=False)
    timeout_seconds: float = 120
    """For one answer."""
    keywords_per_call: int = 200
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """None: as many as the provider lets through."""


@dataclass(frozen=True)
class ImageSettings:
    """How pictures are made. Without a provider, by the offline painter."""

    provider: str = ""
    """``openai`` or ``runware``: how the server wants to be asked."""
    base_url: str = ""
    model: str = ""
    api_key: str = field(default="", repr=False)
    timeout_seconds: int = 180
    """For one answer; fetching a picture that it leads to has its own limit."""
    requests_per_minute: int | None = None
    """None: as many as the provider lets through."""


IMAGE_APIS = {"openai": "https://api.openai.com/v1", "runware": "https://api.runware.ai/v1"}
"""Base URLs that need not be named."""


def text_settings(config: Config) -> TextSettings:
    """The installation's own, from its configuration."""
    return TextSettings(
        base_url=config.text_base_url,
        model=config.text_model,
        api_key=config.text_api_key,
        timeout_seconds=config.text_timeout_seconds,
        keywords_per_call=config.text_keywords_per_call,
        requests_per_minute=config.text_requests_per_minute,
        tokens_per_minute=config.text_tokens_per_minute,
    )


def image_settings(config: Config) -> ImageSettings:
    """The installation's own, from its configuration."""
    provider = config.image_provider or ("openai" if config.image_base_url else "")
    return ImageSettings(
        provider=provider,
        base_url=config.image_base_url or IMAGE_APIS.get(provider, ""),
        model=config.image_model,
        api_key=config.image_api_key,
        timeout_seconds=config.image_timeout_seconds,
        requests_per_minute=config.image_requests_per_minute,
    )
