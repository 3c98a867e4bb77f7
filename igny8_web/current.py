"""What belongs to the app that is running: its configuration, Redis client and providers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from redis import Redis

from .config import Config


@dataclass(frozen=True)
class House:
    """Kept under ``app.extensions["igny8"]``."""

    config: Config
    redis: Redis


def house() -> House:
    """The one of the current app. Raises RuntimeError outside an app context."""
    return cast(House, current_app.extensions["igny8"])


def running_app() -> Flask:
    """The app itself and no proxy for it: what a thread of its own can be given."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # a proxy's method
    return app


def config() -> Config:
    """The configuration of the current app."""
    return house().config
