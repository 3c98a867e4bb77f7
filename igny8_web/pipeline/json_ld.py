"""What search engines are told of an article, as JSON-LD of schema.org. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..models import Content, Site
from .checking import own_path
from .faq import Asked, questions_in

CONTEXT = "https://schema.org"
LONGEST_HEADLINE = 110
"""Characters that Google shows."""
Data = dict[str, Any]


def json_ld(
    content: Content, site: Site, images: Sequence[str] = (), published: datetime | None = None
) -> list[Data]:
    """The article, and its FAQ where it has one.

    ``images`` are addresses, the featured picture's first. Without ``published`` the day on which
    it was written stands in.
    """
    asked = questions_in(content.html)
    article = _article(content, site, images, published or content.created_at)
    return [article, _faq_page(asked)] if asked else [article]


def as_text(data: Sequence[Data]) -> str:
    """As it may stand in a ``script`` element: nothing in it can close that."""
    return json.dumps(data, ensure_ascii=False, indent=2).replace("<", "\\u003c")


def _article(content: Content, site: Site, images: Sequence[str], published: datetime) -> Data:
    home = f"https://{site.domain}" if site.domain else None
    organization = _known({"@type": "Organization", "name": site.name, "url": home})
    return _known(
        {
            "@context": CONTEXT,
            "@type": "Article",
            "headline": content.title[:LONGEST_HEADLINE],
            "description": content.meta_description,
            "image": list(images),
            "datePublished": _moment(published),
            "dateModified": _moment(max(content.updated_at, published)),
            "inLanguage": site.language,
            "author": organization,
            "publisher": organization,
            "mainEntityOfPage": home and home + own_path(content.slug),
        }
    )


def _faq_page(asked: Sequence[Asked]) -> Data:
    return {
        "@context": CONTEXT,
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": each.question,
                "acceptedAnswer": {"@type": "Answer", "text": each.answer},
            }
            for each in asked
        ],
    }


def _known(data: Data) -> Data:
    return {name: value for name, value in data.items() if value}


def _moment(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
