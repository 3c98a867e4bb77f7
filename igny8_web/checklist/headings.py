"""Can a reader find the way through it?"""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest

from .page import Block, Page
from .report import Point, shown

LEAST_SECTIONS = 2
LONGEST_SECTION = 500
"""Words under one heading before a reader wants another."""


def headings_in_order(page: Page) -> Point:
    """At least two sections, no level skipped, no heading empty, doubled or bare."""
    headings = page.headings
    faults: list[str] = []
    sections = sum(heading.tag == "h2" for heading in headings)
    if sections < LEAST_SECTIONS:
        faults.append(f"{sections} sections; a reader wants {LEAST_SECTIONS} at least")
    level = 1
    for heading in headings:
        name = f"“{heading.text}”" if heading.text else "a heading without words"
        if not heading.text:
            faults.append(f"{name}, {heading.place}")
        if heading.tag == "h1":
            faults.append(f"{name} is a title: the page has its own")
        elif int(heading.tag[1]) > level + 1:
            faults.append(f"{name} skips a level (h{level} to {heading.tag})")
        level = max(1, int(heading.tag[1]))
    twice = [
        text
        for text, count in Counter(heading.text.casefold() for heading in headings).items()
        if text and count > 1
    ]
    faults += [f"twice: “{text}”" for text in twice]
    faults += [f"nothing stands under “{block.text}”" for block in _bare(page.blocks)]
    return Point(
        "headings",
        "Headings",
        1.0 if not faults else max(0.0, 1 - 0.34 * len(faults)),
        f"{sections} sections in order." if not faults else "The headings need a look.",
        shown(faults),
    )


def _bare(blocks: list[Block]) -> list[Block]:
    """Sections without a word, not even in a smaller section."""
    bare = []
    for block, following in zip_longest(blocks, blocks[1:]):
        closes = following is None or (following.tag[:1] == "h" and following.tag <= block.tag)
        if block.tag in ("h2", "h3") and block.text and closes:
            bare.append(block)
    return bare
