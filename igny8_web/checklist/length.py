"""Is it as long as it was to be?"""

from __future__ import annotations

from .page import Page
from .report import Point

NEAR = 0.25
"""A quarter off the target is near."""
HALF = 0.5
"""Less than half of it is another article."""


def length_near_target(page: Page) -> Point:
    """Full marks within a quarter of the target; a must below half of it."""
    words, target = page.word_count, page.article.target_words
    share = words / target if target else 1.0
    if share < 1 - NEAR:
        met, verdict = share / (1 - NEAR), f"{target - words:,} fewer than wanted"
    elif share > 1 + NEAR:
        met, verdict = max(0.0, 1 - (share - 1 - NEAR)), f"{words - target:,} more than wanted"
    else:
        met, verdict = 1.0, "near the target"
    return Point(
        "length",
        "Length against target",
        met,
        f"{words:,} of {target:,} words: {verdict}.",
        must=share < HALF,
        weight=15,
    )
