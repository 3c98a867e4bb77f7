"""URLs of rows: fifty of one kind on a page differ in one number."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, url_for

_SENTINEL = 987_654_321_012_345
"""A number that stands in no URL of ours: where it is, a row's own number goes."""


def init_app(app: Flask) -> None:
    """Give ``row_url`` to the templates."""
    app.add_template_global(row_url)


def row_url(endpoint: str, site_slug: str, **values: str | int) -> str:
    """As ``url_for``, for an endpoint of a site and one whole number among ``values``.

    The URL is built once a request: in lists of fifty rows that was a quarter of a page's time.
    """
    (name, number), *others = sorted(values.items(), key=lambda each: isinstance(each[1], str))
    known: dict[tuple[object, ...], tuple[str, str]] = g.setdefault("row_urls", {})
    key = (endpoint, site_slug, name, *others)
    if key not in known:
        fixed: dict[str, Any] = {**dict(others), name: _SENTINEL}
        url = url_for(endpoint, site_slug=site_slug, **fixed)
        before, found, after = url.partition(str(_SENTINEL))
        assert found, f"{endpoint} has no {name}"
        known[key] = before, after
    before, after = known[key]
    return f"{before}{number}{after}"
