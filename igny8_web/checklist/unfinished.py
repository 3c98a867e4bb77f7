"""Is anything in it that must not be printed?"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from ..clustering.text import folded
from .page import Page
from .report import Point, shown

NOTE_TO_EDITOR = {"editor-note", "offline-draft", "queries"}
"""Classes by which our own offline writer marks what a person has to fill in."""


def nothing_unfinished(page: Page) -> Point:
    """No words of the machine about itself, no gap to be filled, no note to the editor. A must."""
    found = [
        f"{block.place}: “{match.group().strip()}”"
        for block in page.blocks
        for pattern in _patterns()
        if (match := pattern.search(block.text))
    ]
    found += [
        f"{block.place}, a note to the editor: “{block.text[:80]}”"
        for block in page.blocks
        if NOTE_TO_EDITOR & set(block.css)
    ]
    return Point(
        "unfinished",
        "Nothing unfinished",
        1.0 if not found else 0.0,
        "No gaps, and no word of the machine about itself."
        if not found
        else f"{len(found)} places are not finished.",
        shown(found),
        must=True,
        weight=15,
    )


def nothing_forbidden(page: Page) -> Point:
    """None of the words that the site never says. A must."""
    article = page.article
    texts = [("in the title", article.title), ("in the search title", article.meta_title)]
    texts += [("in the search description", article.meta_description)]
    texts += [(block.place, block.text) for block in page.blocks]
    found = [
        f"{place}: “{phrase}”"
        for phrase in article.never_say
        if folded(phrase)
        for place, text in texts
        if re.search(rf"(?<!\w){re.escape(folded(phrase))}(?!\w)", folded(text))
    ]
    return Point(
        "never-say",
        "Nothing the site never says",
        1.0 if not found else 0.0,
        "None of the site's forbidden words."
        if not found
        else f"{len(found)} times a forbidden word.",
        shown(found),
        must=True,
    )


@cache
def _patterns() -> list[re.Pattern[str]]:
    lines = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return [re.compile(line, re.IGNORECASE) for some in lines.values() for line in some]
