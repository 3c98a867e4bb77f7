"""Rows as the plain data of a brief."""

from __future__ import annotations

from ..models import Keyword, Site
from ..providers.contracts import KeywordIn, SiteIn


def site_in(site: Site) -> SiteIn:
    """The site as a provider sees it."""
    return SiteIn(**{name: getattr(site, name) for name in SiteIn.model_fields})


def keyword_in(keyword: Keyword) -> KeywordIn:
    """The keyword as a provider sees it."""
    return KeywordIn(
        id=keyword.id, phrase=keyword.phrase, volume=keyword.volume, intent=keyword.intent
    )
