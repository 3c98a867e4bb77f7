"""The pages: one blueprint a file."""

from __future__ import annotations

from flask import Flask

from . import (
    api,
    auth,
    automation,
    clusters,
    content,
    errors,
    extensions,
    filters,
    health,
    htmx,
    ideas,
    identity,
    images,
    keywords,
    media,
    navigation,
    review,
    security,
    sites,
    tasks,
)

BLUEPRINTS = (
    health.blueprint,
    auth.blueprint,
    sites.blueprint,
    automation.blueprint,
    keywords.blueprint,
    clusters.blueprint,
    ideas.blueprint,
    tasks.blueprint,
    content.blueprint,
    images.blueprint,
    review.blueprint,
    media.blueprint,
    api.blueprint,
)


def init_app(app: Flask) -> None:
    """Set up who may come in and how pages look, then the pages."""
    for part in (extensions, htmx, identity, security, errors, filters, navigation):
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
