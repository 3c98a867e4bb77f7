"""What a search page shows of it."""

from __future__ import annotations

from .page import Page
from .report import Point

TITLE = (15, 60)
DESCRIPTION = (70, 160)
"""Characters that search pages show without cutting, and what says anything at all."""


def meta_title_fits(page: Page) -> Point:
    """15 to 60 characters."""
    return _fits("meta-title", "Title for search", page.article.meta_title, *TITLE)


def meta_description_fits(page: Page) -> Point:
    """70 to 160 characters."""
    text = page.article.meta_description
    return _fits("meta-description", "Description for search", text, *DESCRIPTION)


def _fits(slug: str, label: str, text: str, least: int, most: int) -> Point:
    length = len(text.strip())
    if not length:
        return Point(slug, label, 0.0, "There is none.", must=True, weight=5)
    if least <= length <= most:
        return Point(slug, label, 1.0, f"{length} characters: fits.", must=True, weight=5)
    verdict = "too short to say much" if length < least else f"cut off after about {most}"
    return Point(slug, label, 0.5, f"{length} characters: {verdict}.", (text,), weight=5)
