"""A keyword as it is stored and shown, and as it is compared."""

from __future__ import annotations

import re
import unicodedata

from .invisible import strip_invisible

_LINE_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def fold_phrase(text: str) -> str:
    """The key by which two phrases are the same keyword.

    Unicode NFC, case folded, every run of white space (tab, no-break space, line break) one
    space, ends trimmed.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def clean_phrase(text: str) -> tuple[str, tuple[str, ...]]:
    """The phrase as it is stored, and what was done to it, in words.

    White space is folded without a word; unusual line breaks and invisible characters (direction
    overrides, zero-width spaces, soft hyphens …) are taken out and named. Everything else stays
    as typed, markup and leading signs as well.
    """
    notes = []
    if _LINE_BREAKS.search(text):
        notes.append("a line break inside the keyword was made a space")
    phrase, names = strip_invisible(" ".join(text.split()))
    if names:
        notes.append(f"invisible characters taken out: {', '.join(names)}")
    return " ".join(phrase.split()), tuple(notes)


def shown(text: str, limit: int = 60) -> str:
    """A cell or a file name for use in a message: one line, nothing invisible, shortened."""
    # A cell may be very long, and only its beginning is shown.
    phrase, _ = clean_phrase(text[: limit * 4])
    return phrase if len(phrase) <= limit else f"{phrase[: limit - 1]}…"
