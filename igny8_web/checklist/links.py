"""Do the links lead somewhere?"""

from __future__ import annotations

from urllib.parse import urlsplit

from .page import Link, Page
from .report import Point, shown

PLACEHOLDERS = ("example.com", "example.org", "example.net", "yoursite", "yourdomain", "localhost")
VAGUE = {"here", "click here", "read more", "link", "this"}


def links_lead_somewhere(page: Page) -> Point:
    """No link is empty, a placeholder or without words. A must: readers click."""
    faults = [fault for link in page.links if (fault := _fault(link))]
    count = len(page.links)
    return Point(
        "links",
        "Links lead somewhere",
        1.0 if not faults else 0.0,
        f"{count} links, each with an address and words."
        if count and not faults
        else "There are no links."
        if not count
        else f"{len(faults)} of {count} links lead nowhere.",
        shown(faults),
        must=True,
    )


def links_to_own_site(page: Page) -> Point:
    """At least one link to the site's own published articles, where there are any."""
    own = set(page.article.own_paths)
    linked = {link.href for link in page.links} & own
    if not own:
        says = "The site has published nothing yet that could be linked."
    else:
        says = f"{len(linked)} links to the site's own articles."
    return Point("internal-links", "Internal links", 1.0 if linked or not own else 0.0, says)


def _fault(link: Link) -> str | None:
    text = " ".join("".join(link.words).split())
    place = f"{link.block.place}: “{text or link.href}”"
    if link.href.strip() in ("", "#"):
        return f"{place} has no address"
    host = urlsplit(link.href).hostname or ""
    if any(name in host for name in PLACEHOLDERS) or "[" in link.href:
        return f"{place} leads to a placeholder ({link.href[:80]})"
    if not text:
        return f"{place} has no words"
    if text.casefold() in VAGUE:
        return f"{place} does not say where it leads"
    return None
