"""The pages: one blueprint a file."""

from __future__ import annotations

from flask import Flask

from . import (
    auth,
    automation,
    errors,
    extensions,
    filters,
    health,
    htmx,
    identity,
    media,
    navigation,
    security,
    sites,
)

BLUEPRINTS = (
    health.blueprint,
    auth.blueprint,
    sites.blueprint,
    automation.blueprint,
    media.blueprint,
)


def init_app(app: Flask) -> None:
    """Set up who may come in and how pages look, then the pages."""
    for part in (extensions, htmx, identity, security, errors, filters, navigation):
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
