"""Does it say anything twice?"""

from __future__ import annotations

from collections import defaultdict

from ..clustering.text import folded, words
from .page import Page, Sentence
from .report import Point, shown

SHORTEST = 5
"""Words; shorter sentences may recur ("Try it.")."""
MANY = 3
"""So many sentences that recur are no slip but a loop."""


def no_sentence_twice(page: Page) -> Point:
    """No sentence stands there twice; a must from the third one on."""
    seen: defaultdict[str, list[Sentence]] = defaultdict(list)
    for sentence in page.sentences:
        said = words(folded(sentence.text))
        if len(said) >= SHORTEST or len("".join(said)) > 4 * SHORTEST:
            seen[" ".join(said)].append(sentence)
    twice = [some for some in seen.values() if len(some) > 1]
    places = [f"{len(some)} times, first {some[0].block.place}: “{some[0].text}”" for some in twice]
    return Point(
        "repeats",
        "No sentence twice",
        1.0 if not twice else max(0.0, 1 - 0.34 * len(twice)),
        "Each sentence stands there once." if not twice else f"{len(twice)} sentences recur.",
        shown(places),
        must=len(twice) >= MANY,
    )
