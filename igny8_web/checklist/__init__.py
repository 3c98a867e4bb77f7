"""The checklist of a draft: what an editor would look for, each line saying where.

Plain functions over plain data: no database, no network. Each point stands in a file of its own
and in :data:`POINTS`; a point that is a *must* keeps a draft from being approved by accident.
"""

from __future__ import annotations

from collections.abc import Callable

from .article import Article
from .headings import headings_in_order
from .keywords import keywords_covered, missing_keywords
from .length import length_near_target
from .links import links_lead_somewhere, links_to_own_site
from .meta import meta_description_fits, meta_title_fits
from .page import Page
from .readability import easy_to_read
from .repeats import no_sentence_twice
from .report import Point, Report
from .unfinished import nothing_forbidden, nothing_unfinished

__all__ = ["Article", "Page", "Point", "Report", "check", "missing_keywords"]

POINTS: tuple[Callable[[Page], Point], ...] = (
    nothing_unfinished,
    nothing_forbidden,
    length_near_target,
    keywords_covered,
    headings_in_order,
    links_lead_somewhere,
    links_to_own_site,
    meta_title_fits,
    meta_description_fits,
    no_sentence_twice,
    easy_to_read,
)


def check(article: Article) -> Report:
    """Look at every point, in the order in which an editor would read them."""
    page = Page(article)
    return Report(tuple(point(page) for point in POINTS))
