"""Giving a typed query the capitals and marks that a printed line has."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from .language import LANGUAGES, Language

_UNITS = frozenset(
    ["g", "l", "w", "v", "x", "p", "ml", "cl", "mm", "cm", "km", "mg", "kg", "oz", "lb", "ft", "in"]
)
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "if",
        "in",
        "into",
        "nor",
        "of",
        "on",
        "or",
        "per",
        "the",
        "to",
        "via",
        "vs",
        "with",
    ]
)


def printed(text: str, language: Language | None) -> str:
    """The words as they stand inside a sentence: ``hario v60`` → ``Hario V60``."""
    clean = "".join(char for char in text if char.isprintable() or char.isspace())
    return " ".join(_word(word, language) for word in clean.split())


def sentence_case(text: str, language: Language | None) -> str:
    """As a section heading: the first letter large, the rest as in a sentence."""
    return first_upper(printed(text, language))


def title_case(text: str, language: Language | None) -> str:
    """As an article's title; title case where the language has it."""
    if language is None or not language.title_case:
        return sentence_case(text, language)
    words = printed(text, language).split()
    last = len(words) - 1
    cased = []
    for place, word in enumerate(words):
        after_break = place == 0 or words[place - 1].endswith((":", "?", "!", "—"))
        small = word.casefold() in _SMALL and not after_break and place != last
        cased.append(word if small else "-".join(first_upper(part) for part in word.split("-")))
    return " ".join(cased)


def first_upper(text: str) -> str:
    """The first letter large, marks and quotes before it skipped, mixed-case names left alone."""
    match = re.search(r"[^\W\d_]+", text)
    if not match or match.start() > 2 or not match.group().islower():
        return text
    if any(char.isdigit() for char in text[: match.start()]):
        return text
    at = match.start()
    upper = text[at].upper()
    return text if len(upper) != 1 else text[:at] + upper + text[at + 1 :]


def as_question(text: str, language: Language | None) -> str:
    """A query as a heading that asks: ``how to froth milk`` → ``How do you froth milk?``."""
    bare = printed(text, language).rstrip(" ?؟？")
    for pattern, replacement in language.rewrites if language else ():
        asked = re.sub(pattern, replacement, bare, count=1, flags=re.IGNORECASE)
        if asked != bare:
            bare = asked
            break
    before, after = language.question_marks if language else ("", "?")
    bare = bare.lstrip("¿ ")
    if (
        language
        and language.code != "es"
        and re.match(r"(?:cómo|qué|cuánt|cuál|dónde)", bare, re.I)
    ):
        before = "¿"
    return before + first_upper(bare) + after


def is_askable(text: str, language: Language) -> bool:
    """Whether we know how to turn these words into a well-formed question."""
    return any(re.search(pattern, text, re.IGNORECASE) for pattern, _ in language.rewrites)


def quoted(text: str, language: Language | None) -> str:
    """A query in the language's quotation marks, cut where it is very long."""
    opening, closing = language.quotes if language else ("“", "”")
    return opening + clip(printed(text, language), 110) + closing


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words if it can be, and ended with “…”."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if space > limit // 3:
        cut = cut[:space]
    return cut.rstrip(" ,;:–—-(") + "…"


def joined(items: list[str], language: Language) -> str:
    """``a, b and c`` in the language's way."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {language.and_word} {items[-1]}"


def _word(word: str, language: Language | None) -> str:
    if any(char.isupper() for char in word):
        return word
    core = re.sub(r"^\W+|\W+$", "", word)
    possessive = re.fullmatch(r"(.+)(['’]s)", core)
    stem = possessive.group(1) if possessive else core
    known = _names().get(stem) or (
        _proper(language.code, language.proper).get(stem) if language else None
    )
    if known is None and re.fullmatch(r"[a-z]{1,2}\d+[a-z]?|[a-z]\d+[a-z]", stem):
        known = stem.upper()  # a model's name: v60, c25k
    if known is None and re.fullmatch(r"\d+k", stem):
        known = stem.upper()  # a distance or a thousand: 5K
    if known is None or stem in _UNITS:
        return word
    return word.replace(stem, known, 1)


@cache
def _proper(_code: str, words: tuple[str, ...]) -> dict[str, str]:
    return {word.casefold(): word for word in words}


@cache
def _names() -> dict[str, str]:
    lines = Path(LANGUAGES / "names.txt").read_text("utf-8").split("\n")
    return {line.casefold(): line for line in lines if line}
