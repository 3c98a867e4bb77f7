"""Reading a keyword: what kind of query it is, and how near two of them are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from .language import Language, all_languages

KINDS = (
    "local",
    "compare",
    "fix",
    "how",
    "amount",
    "what",
    "yes_no",
    "other",
    "review",
    "best",
    "price",
    "either",
)
"""In the order of precedence; what is none of these is ``plain``."""


@dataclass(frozen=True)
class Query:
    """One keyword, understood."""

    id: int
    phrase: str
    kind: str
    is_question: bool
    tokens: frozenset[str]


def fold(text: str) -> str:
    """For comparing texts: NFC, case folded, white space made one space."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def read(phrase: str, language: Language | None, id_: int = 0) -> Query:
    """Understand a keyword in the site's language; a foreign question is a question too."""
    text = fold(phrase).replace("’", "'").replace("‑", "-")
    kind = "plain"
    question = text.rstrip(" \u200f").endswith(("?", "？", "؟"))
    if language is not None:
        kind = _kind(text, language)
        question = question or _starts(language).match(text) is not None
    if kind == "plain" and not question:
        for other in all_languages():
            match = _starts(other).match(text)
            # "come" is Italian for "how" and English for "come": take no such word for one.
            if match and other is not language and not match.group().isascii():
                return Query(id_, phrase, _kind(text, other), True, tokens(phrase, other))
    return Query(id_, phrase, kind, question, tokens(phrase, language))


def tokens(text: str, language: Language | None) -> frozenset[str]:
    """The words that carry meaning, without plural *s*; letter pairs where words run together."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
    stop = _stop_words(language)
    kept = [word for word in words if word not in stop] or words
    parts: set[str] = set()
    for word in kept:
        if re.match(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]", word):
            parts.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
            parts.add(word[:-1])
        else:
            parts.add(word)
    return frozenset(parts)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words over all words, 0 to 1."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def sides(phrase: str, language: Language) -> tuple[str, ...]:
    """What a comparison compares, e.g. ``("latte", "flat white")``; empty if that is unclear."""
    text = re.sub(r"\s+", " ", phrase).strip(" ?")
    text = _alternatives(language, "lead").sub("", text).strip()
    parts = [part.strip() for part in _alternatives(language, "split").split(text)]
    fit = len(parts) in (2, 3) and all(part and len(part) <= 40 for part in parts)
    return tuple(parts) if fit else ()


def versus(phrase: str, language: Language) -> str:
    """A comparison in its usual short form, ``latte vs flat white``; empty if it is unclear."""
    if _marker(language, "either").search(fold(phrase)):
        return ""
    return f" {language.markers['compare_split'][0]} ".join(sides(phrase, language))


def twins(one: Query, other: Query) -> bool:
    """Two wordings of one question. Different questions about one thing are no twins."""
    if one.id == other.id:
        return True
    if likeness(one.tokens, other.tokens) >= 0.7:
        return True
    first, second = fold(one.phrase).replace(" ", ""), fold(other.phrase).replace(" ", "")
    # Spelled otherwise ("moca pot"); a different figure is a different question.
    same_figures = re.findall(r"\d+", first) == re.findall(r"\d+", second)
    return one.kind == other.kind and same_figures and _nearly(first[:80], second[:80], 0.85)


def misspelled(queries: Sequence[Query]) -> frozenset[int]:
    """Ids of the queries with a rare word that is nearly a frequent one: ``fench press``."""
    counts = Counter(word for query in queries for word in query.tokens)
    common = [word for word, count in counts.items() if count >= max(3, len(queries) // 4)]
    rare = [word for word, count in counts.items() if count == 1 and len(word) > 3]
    odd = {
        word
        for word in rare
        if word.isalpha() and any(_nearly(word, other, 0.75) for other in common)
    }
    return frozenset(query.id for query in queries if query.tokens & odd)


def _nearly(one: str, other: str, limit: float) -> bool:
    pair = SequenceMatcher(None, one, other)
    # The first two are cheap upper bounds of the third.
    return (
        pair.real_quick_ratio() >= limit and pair.quick_ratio() >= limit and pair.ratio() >= limit
    )


def _kind(text: str, language: Language) -> str:
    found = next((kind for kind in KINDS if _marker(language, kind).search(text)), "plain")
    return "compare" if found == "either" else found


# Patterns are cached by the language's code: a Language is not hashable, it holds dicts.


def _marker(language: Language, kind: str) -> re.Pattern[str]:
    return _compiled(language.code, kind, language.markers.get(kind, ()))


@cache
def _compiled(_code: str, _kind: str, markers: tuple[str, ...]) -> re.Pattern[str]:
    if not markers:
        return re.compile(r"(?!)")
    parts = [
        ("^" if marker.startswith("^") else r"(?<!\w)") + re.escape(marker.lstrip("^"))
        for marker in markers
    ]
    return re.compile("(?:" + "|".join(parts) + r")(?!\w)")


def _starts(language: Language) -> re.Pattern[str]:
    words = tuple("^" + word for word in language.question_words)
    return _compiled(language.code, "question words", words)


def _alternatives(language: Language, role: str) -> re.Pattern[str]:
    return _splitter(language.code, role, language.markers.get(f"compare_{role}", ()))


@cache
def _splitter(_code: str, _role: str, words: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    body = "|".join(re.escape(word) for word in longest) or "(?!)"
    return re.compile(rf"(?<!\w)(?:{body})(?!\w)\.?", re.IGNORECASE)


def _stop_words(language: Language | None) -> frozenset[str]:
    return _stop_set(language.code, language.stop_words) if language else frozenset()


@cache
def _stop_set(_code: str, words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words)
