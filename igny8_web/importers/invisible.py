"""Characters that nobody sees but that change what a keyword is or how a page reads."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Printable by category, yet blank on the screen: combining grapheme joiner, Hangul fillers,
# Khmer inherent vowels, the empty braille pattern.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SUSPECT = re.compile(f"[{_BLANK}{_SELECTORS}]")
_SELECTOR = re.compile(f"[{_SELECTORS}]")
# These belong to the format category but are drawn (Unicode: Prepended_Concatenation_Mark).
_DRAWN = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
# Flags such as England's: a black flag, tag letters, and the tag that ends them.
_TAG_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f")
_JOINERS = "\u200c\u200d"
# Scripts in which a (non-)joiner shapes a word, by the first word of their characters' names.
_JOINING_SCRIPT = re.compile(
    "ARABIC|SYRIAC|MONGOLIAN|NKO|DEVANAGARI|BENGALI|GURMUKHI|GUJARATI|ORIYA|TAMIL|TELUGU"
    "|KANNADA|MALAYALAM|SINHALA|KHMER|MYANMAR|TIBETAN|BALINESE|JAVANESE|CHAKMA"
)


def strip_invisible(text: str) -> tuple[str, tuple[str, ...]]:
    """Text without invisible characters, and the names of those taken out, each once.

    Kept where they are part of writing: ZWNJ and ZWJ inside words of scripts that join (Persian,
    Indic …), ZWJ, selectors and tags of emoji sequences, signs that are drawn.
    White space is no business of this function: fold it before.
    """
    if text.isprintable() and not _SUSPECT.search(text):
        return text, ()
    flags = {at for found in _TAG_FLAG.finditer(text) for at in range(*found.span())}
    kept: list[str] = []
    names: dict[str, None] = {}
    for at, char in enumerate(text):
        after = text[at + 1] if at + 1 < len(text) else ""
        if at in flags or _belongs(char, kept[-1] if kept else "", after):
            kept.append(char)
        else:
            names[_name(char)] = None
    return "".join(kept), tuple(names)


def _belongs(char: str, before: str, after: str) -> bool:
    if char in _JOINERS:
        return bool(before and after) and (
            (_joins(before) and _joins(after))
            or (char == "\u200d" and _is_emoji_part(before) and _is_emoji_part(after))
        )
    if _SELECTOR.match(char):
        # One selector chooses the form of the sign before it; on Latin letters there is none.
        return bool(before) and not (
            before.isspace() or (before.isascii() and before.isalpha()) or _SELECTOR.match(before)
        )
    return _is_visible(char)


# A hostile file is 20 MB of one such character; each is looked up once.
@lru_cache(maxsize=1024)
def _is_visible(char: str) -> bool:
    if char in _BLANK or _is_noncharacter(char):
        return False
    return unicodedata.category(char) not in ("Cc", "Cf") or char in _DRAWN


def _joins(char: str) -> bool:
    return bool(_JOINING_SCRIPT.match(unicodedata.name(char, "")))


def _is_emoji_part(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk") or char == "\ufe0f"


def _is_noncharacter(char: str) -> bool:
    return 0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE


@lru_cache(maxsize=1024)
def _name(char: str) -> str:
    if char == "\ufeff":
        return "byte-order mark"
    return unicodedata.name(char, f"control character U+{ord(char):04X}").lower()
