"""How near two phrases are: by what they mean, by their words, by their letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from threadpoolctl import threadpool_limits

from .encoder import meanings
from .modifiers import modifiers_of
from .sparse import Floats, SparseRows, tfidf_rows
from .stems import stemmer_of
from .text import is_unspaced, letter_grams, without_accents

# Shares of the three views in the similarity; tuned, see docs/clustering.md.
MEANING, WORDS, LETTERS = 0.35, 0.40, 0.25

MODIFIER_WEIGHT = 0.7
_WIDEST_WORD, _WIDEST_GRAM = 4000, 1000
_CELLS = 4_000_000
"""Similarities held at once: 16 MB as float32."""


@dataclass(frozen=True)
class Views:
    """Folded phrases seen in three ways, rows in the same order."""

    meaning: Floats
    words: SparseRows
    letters: SparseRows

    def neighbours(self, count: int) -> list[dict[int, float]]:
        """For every row how like it is to its ``count`` nearest, and to those it is near to.

        Only rows that are alike at all (above 0); both ways round.
        """
        total = len(self.meaning)
        count = min(count, total - 1)
        found: list[dict[int, float]] = [{} for _ in range(total)]
        step = max(1, _CELLS // total)
        with threadpool_limits(1, user_api="blas"):
            for first in range(0, total if count else 0, step):
                last = min(first + step, total)
                block = self._block(first, last)
                block[np.arange(last - first), np.arange(first, last)] = -np.inf
                near = np.argpartition(block, total - count, axis=1)[:, -count:]
                weights = np.take_along_axis(block, near, axis=1)
                for row, (columns, values) in enumerate(
                    zip(near.tolist(), weights.tolist(), strict=True), first
                ):
                    for column, value in zip(columns, values, strict=True):
                        if value > 0:
                            found[row][column] = found[column][row] = value
        return found

    def _block(self, first: int, last: int) -> Floats:
        block: Floats = self.meaning[first:last] @ self.meaning.T
        block *= MEANING
        block += self.words.products(first, last)
        block += self.letters.products(first, last)
        return block


def views(texts: Sequence[str], language: str | None) -> Views:
    """See folded texts in three ways. ``language`` is a hint, a BCP 47 tag."""
    modifiers = modifiers_of(texts, language)
    stem = stemmer_of(modifiers.language)
    cores, word_bags, letter_bags = [], [], []
    for text in texts:
        topical, rest = modifiers.split(text)
        cores.append(" ".join(topical) or text)
        word_bags.append(_word_bag(topical, rest, stem))
        letter_bags.append(_letter_bag(topical or rest))
    return Views(
        meaning=meanings(cores),
        words=tfidf_rows(word_bags, length=WORDS**0.5, widest=_WIDEST_WORD),
        letters=tfidf_rows(letter_bags, length=LETTERS**0.5, widest=_WIDEST_GRAM),
    )


def _word_bag(
    topical: Sequence[str], rest: Sequence[str], stem: Callable[[str], str]
) -> dict[str, float]:
    bag: dict[str, float] = {}
    for word in rest:
        bag[without_accents(stem(word))] = MODIFIER_WEIGHT
    for word in topical:
        if is_unspaced(word):
            for place in range(max(1, len(word) - 1)):
                bag[word[place : place + 2]] = 1.0
        else:
            bag[without_accents(stem(word))] = 1.0
    return bag


def _letter_bag(parts: Sequence[str]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for part in parts:
        for gram in letter_grams(part):
            counts[gram] = counts.get(gram, 0) + 1
    return {gram: 1.0 + log(count) for gram, count in counts.items()}
