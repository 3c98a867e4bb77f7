"""Is it easy to read?"""

from __future__ import annotations

from ..clustering.text import folded, is_unspaced, words
from .page import Page
from .report import Point, shown

EASY, HARD = 50.0, 70.0
"""LIX: below 30 very easy, 40 fiction, 50 newspapers, above 60 heavy. Source: C. H. Björnsson,
"Readability of newspapers in 11 languages", 1983: it needs no syllables, so it serves them all."""
LONG_WORD = 6
LONG_SENTENCE = 32
"""Words, after which a reader loses the thread."""


def easy_to_read(page: Page) -> Point:
    """Full marks up to a LIX of 50, none from 70; the longest sentences are named."""
    counted = [(sentence, words(folded(sentence.text))) for sentence in page.sentences]
    every = [word for _, some in counted for word in some]
    if not every or sum(map(is_unspaced, every)) > len(every) / 2:
        says = "Not measured: this script does not separate words."
        return Point("readability", "Readability", 1.0, says)
    long = sum(len(word) > LONG_WORD for word in every)
    lix = len(every) / len(counted) + 100 * long / len(every)
    rambling = sorted(
        ((len(some), sentence) for sentence, some in counted if len(some) > LONG_SENTENCE),
        key=lambda pair: -pair[0],
    )
    return Point(
        "readability",
        "Readability",
        min(1.0, max(0.0, (HARD - lix) / (HARD - EASY))),
        f"LIX {lix:.0f} (newspapers are at 50), "
        f"{len(every) / len(counted):.0f} words a sentence on average.",
        shown([f"{s.block.place}, {n} words: “{s.text[:90]}…”" for n, s in rambling]),
    )
