"""Which thing stands for a subject, where that is certain."""

from __future__ import annotations

import re
from collections.abc import Callable

from . import glyphs
from .hand import Hand

Glyph = Callable[[Hand], None]

GLYPHS: tuple[tuple[str, Glyph], ...] = (
    (r"coffee|espresso|latte|cappuccino|tea|matcha", glyphs.cup),
    (r"house ?plants?|indoor plants?|succulents?|gardening|potted plants?", glyphs.pot_plant),
    (r"dumbbells?|kettlebells?|home gyms?|weightlifting|strength training", glyphs.dumbbell),
    (r"bicycles?|e-?bikes?|(?:electric|road|mountain|city|gravel) bikes?", glyphs.bicycle),
    (r"mortgages?|real estate|home insurance|house prices", glyphs.house),
    (r"investing|index funds?|etfs?|stock market|dividends?", glyphs.chart),
    (r"books|novels?|book clubs?|textbooks?", glyphs.books),
    (r"cameras?|photography|dslr", glyphs.camera),
    (r"(?<!hot )dogs?|pupp(?:y|ies)|kittens?|dog training", glyphs.paw),
    (r"sleep|insomnia|mattress(?:es)?", glyphs.moon),
    (r"seo|search engines?|keyword research", glyphs.lens),
    (r"email marketing|newsletters?|emails?", glyphs.envelope),
    (r"hiking|trekking|mountaineering", glyphs.peaks),
    (r"laptops?|programming|coding|web development", glyphs.laptop),
)
"""Words that leave no doubt about the thing, in English, and the thing."""


def glyph_for(words: str) -> Glyph | None:
    """The glyph whose words stand first in the text; None when no subject is certain."""
    found = [
        (match.start(), number)
        for number, (pattern, _) in enumerate(GLYPHS)
        if (match := re.search(rf"\b(?:{pattern})\b", words.casefold()))
    ]
    return GLYPHS[min(found)[1]][1] if found else None
