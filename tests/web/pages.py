"""Reading a page in a test."""

from __future__ import annotations

import re
from html import unescape


def main_of(html: str) -> str:
    """What stands between the page's frame: without sidebar and head."""
    found = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert found, html
    return found[0]


def places(html: str) -> list[str]:
    """Every URL that the page links to or sends a form to."""
    return [
        unescape(url)
        for url in re.findall(r'<(?:a|form)\b[^>]*?(?:href|action)="([^"#]+)', main_of(html))
    ]


def link(html: str, label: str) -> str | None:
    """Where the link with this label leads; None when the page has none."""
    links = re.findall(r'<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', main_of(html), re.DOTALL)
    for url, inside in links:
        if " ".join(re.sub(r"<[^>]+>", " ", inside).split()) == label:
            return unescape(url)
    return None
