"""Words that do not name a topic: best, how to, near me, price …, in many languages."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .text import folded, is_unspaced, words

_HINT_BONUS = 1.5
"""The list's own words decide its language; the hint decides when they are close."""

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Modifiers:
    """The modifiers of one language, and English ones, which turn up in lists of any."""

    language: str
    """ISO 639-1."""
    _words: frozenset[str]
    _unspaced: re.Pattern[str] | None

    def __contains__(self, word: str) -> bool:
        return word in self._words or _YEAR.fullmatch(word) is not None

    def split(self, text: str) -> tuple[list[str], list[str]]:
        """The words of a folded text: those that name the topic, and the modifiers."""
        topical: list[str] = []
        rest: list[str] = []
        for word in words(text):
            if is_unspaced(word) and self._unspaced is not None:
                topical += [part for part in self._unspaced.sub(" ", word).split() if part]
                rest += self._unspaced.findall(word)
            else:
                (rest if word in self else topical).append(word)
        return topical, rest


def modifiers_of(texts: Sequence[str], hint: str | None) -> Modifiers:
    """The modifiers of the language that most of the folded texts are in.

    ``hint`` is a BCP 47 tag; it may be wrong.
    """
    table = _table()
    hinted = (hint or "").replace("_", "-").split("-")[0].lower()
    counts = Counter(word for text in texts for word in words(text))
    runs = [word for word in counts if is_unspaced(word)]
    votes = {
        language: sum(counts[word] for word in known)
        + sum(counts[run] for run in runs if _has(language, run))
        for language, known in table.items()
    }
    weight = {
        language: count * (_HINT_BONUS if language == hinted else 1.0)
        for language, count in votes.items()
    }
    best = max(weight, key=lambda language: (weight[language], language == hinted))
    if not weight[best]:
        best = hinted or "en"
    return Modifiers(best, table.get(best, frozenset()) | table["en"], _cutter(best))


@cache
def _table() -> dict[str, frozenset[str]]:
    lines = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        language: frozenset(word for entry in folded(line).split() for word in words(entry))
        for language, line in lines.items()
    }


@cache
def _cutter(language: str) -> re.Pattern[str] | None:
    runs = [word for word in _table().get(language, ()) if is_unspaced(word)]
    runs.sort(key=lambda run: (-len(run), run))
    return re.compile("|".join(map(re.escape, runs))) if runs else None


def _has(language: str, run: str) -> bool:
    cutter = _cutter(language)
    return cutter is not None and cutter.search(run) is not None
