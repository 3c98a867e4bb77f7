"""Which of many texts have most in common with some others, by their words alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from .twins import pieces_of


def nearest(
    asked: Iterable[str], others: Mapping[int, Iterable[str]], most: int, language: str
) -> list[int]:
    """The keys of up to ``most`` others that share a word with what is asked, the nearest first.

    A word counts more the more often it is asked for, and the fewer of the others have it.
    ``language`` is a BCP 47 tag.
    """
    pieces = {key: _pieces(texts, language) for key, texts in others.items()}
    spread = Counter(piece for some in pieces.values() for piece in some)
    wanted = Counter(piece for text in asked for piece in pieces_of(text, language))
    score = {
        key: sum(wanted[piece] / spread[piece] for piece in some) for key, some in pieces.items()
    }
    found = [key for key in score if score[key] > 0]
    return sorted(found, key=lambda key: -score[key])[:most]


def _pieces(texts: Iterable[str], language: str) -> frozenset[str]:
    return frozenset(piece for text in texts for piece in pieces_of(text, language))
