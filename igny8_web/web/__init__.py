"""The pages: one blueprint a file."""

from __future__ import annotations

from flask import Flask

from . import (
    api,
    auth,
    automation,
    by_hand,
    cluster,
    clusters,
    content,
    dashboard,
    editing,
    errors,
    exports,
    extensions,
    filters,
    health,
    htmx,
    ideas,
    identity,
    images,
    item_log,
    keyword_changes,
    keyword_forms,
    keywords,
    links,
    media,
    metrics,
    money,
    navigation,
    picture,
    prices,
    prompts,
    providers,
    review,
    run_items,
    security,
    settings,
    site_settings,
    sites,
    static_files,
    tasks,
    tracing,
    versions,
)

BLUEPRINTS = (
    health.blueprint,
    metrics.blueprint,
    auth.blueprint,
    sites.blueprint,
    dashboard.blueprint,
    automation.blueprint,
    money.blueprint,
    by_hand.blueprint,
    item_log.blueprint,
    keywords.blueprint,
    keyword_changes.blueprint,
    keyword_forms.blueprint,
    clusters.blueprint,
    cluster.blueprint,
    ideas.blueprint,
    tasks.blueprint,
    content.blueprint,
    exports.blueprint,
    editing.blueprint,
    versions.blueprint,
    images.blueprint,
    picture.blueprint,
    review.blueprint,
    run_items.blueprint,
    site_settings.blueprint,
    settings.blueprint,
    prompts.blueprint,
    providers.blueprint,
    prices.blueprint,
    media.blueprint,
    api.blueprint,
)

PARTS = (
    tracing,
    extensions,
    htmx,
    identity,
    static_files,
    security,
    errors,
    filters,
    links,
    navigation,
)


def init_app(app: Flask) -> None:
    """Set up who may come in and how pages look, then the pages."""
    for part in PARTS:
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
