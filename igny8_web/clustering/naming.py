"""A readable name for a group: one of its own phrases."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2


def name_of(
    phrases: Sequence[str],
    volumes: Sequence[int | None],
    centralities: Sequence[float],
    language: str | None,
) -> str:
    """The phrase that is both searched for and in the middle of its group, tidied.

    ``centralities`` say how like the others of the group each phrase is, summed.
    """

    def rank(place: int) -> tuple[float, int, str]:
        demand = log2(2 + (volumes[place] or 0))
        phrase = phrases[place]
        return -demand * (1 + centralities[place]), len(phrase), phrase

    return _tidy(phrases[min(range(len(phrases)), key=rank)], language)


def _tidy(phrase: str, language: str | None) -> str:
    """White space made single, marks at the ends taken off, the first letter a capital."""
    text = " ".join(phrase.split())
    inner = text.strip(" .,;:!?…-–—_*\"'“”„«»|/\\")
    text = inner or text
    dotted = text[:1] == "i" and (language or "").lower()[:2] in ("tr", "az")
    return ("İ" if dotted else text[:1].upper()) + text[1:]
