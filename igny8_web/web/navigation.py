"""What stands around every page: the site it is about, the other sites, and the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from flask import Flask, current_app, request, url_for
from werkzeug.local import LocalProxy

from ..models import Site
from ..services import sites
from .identity import me

ROOMS = (
    ("Dashboard", "dashboard.show"),
    ("Automation", "automation.index"),
    ("Keywords", "keywords.index"),
    ("Clusters", "clusters.index"),
    ("Ideas", "ideas.index"),
    ("Tasks", "tasks.index"),
    ("Content", "content.index"),
    ("Images", "images.index"),
    ("Review", "review.index"),
    ("Settings", "site_settings.index"),
)
_BEHIND = {
    "providers": "site_settings",
    "prompts": "site_settings",
    "keyword_forms": "keywords",
    "picture": "images",
    "cluster": "clusters",
    "editing": "content",
    "versions": "content",
    "by_hand": "automation",
    "item_log": "automation",
    "run_items": "automation",
}
"""Blueprints whose pages are reached through another's room."""


@dataclass(frozen=True)
class Room:
    """One link of the sidebar. ``count`` is what waits there for a person; None: not counted."""

    label: str
    url: str
    active: bool
    count: int | None


def init_app(app: Flask) -> None:
    """Give ``current_site``, ``my_sites`` and ``nav`` to every template."""
    app.context_processor(_surroundings)


def rooms_of(site: Site) -> list[Room]:
    """The rooms of a site that this installation has."""
    here = request.blueprint or ""
    return [
        Room(
            label,
            url_for(endpoint, site_slug=site.slug),
            active=_BEHIND.get(here, here) == endpoint.partition(".")[0],
            count=sites.awaiting_review(site) if endpoint == "review.index" else None,
        )
        for label, endpoint in ROOMS
        if endpoint in current_app.view_functions
    ]


class _Surroundings:
    """Read from the database when a template asks for them: a fragment does not."""

    @cached_property
    def my_sites(self) -> Sequence[Site]:
        return sites.sites_of(me())

    @cached_property
    def current_site(self) -> Site | None:
        slug = (request.view_args or {}).get("site_slug")
        return next((site for site in self.my_sites if site.slug == slug), None)

    @cached_property
    def nav(self) -> list[Room]:
        return rooms_of(self.current_site) if self.current_site else []


def _surroundings() -> dict[str, Any]:
    found = _Surroundings()
    names = ("current_site", "my_sites", "nav")
    return {name: LocalProxy(partial(getattr, found, name)) for name in names}
