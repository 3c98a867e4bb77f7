"""Titles that would compete with each other for the same searches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from .modifiers import Modifiers, modifiers_of
from .stems import stemmer_of
from .text import folded, is_unspaced, letter_grams, without_accents

TOO_ALIKE = 0.7
"""Of 1: "Best espresso grinders" and "Top espresso grinders" are at 0.91."""
MODIFIER_WEIGHT = 0.1
"""Best, guide, how to …: they tell the angle, not the topic."""


class Twin(NamedTuple):
    """The title that another one is most like."""

    id: int
    title: str
    likeness: float
    """From 0 to 1."""


def likeness(title: str, other: str, language: str) -> float:
    """The shared part of all the words of two titles, the topic's counting most; 0 to 1."""
    (topic, angle), (its_topic, its_angle) = _parts(title, language), _parts(other, language)
    shared = len(topic & its_topic) + MODIFIER_WEIGHT * len(angle & its_angle)
    every = len(topic | its_topic) + MODIFIER_WEIGHT * len(angle | its_angle)
    return shared / every if every else 0.0


def twin_of(title: str, others: Mapping[int, str], language: str) -> Twin | None:
    """The title among ``others`` (by id) that it repeats, if there is one."""
    found = (Twin(key, other, likeness(title, other, language)) for key, other in others.items())
    nearest = max(found, key=lambda twin: twin.likeness, default=None)
    return nearest if nearest and nearest.likeness >= TOO_ALIKE else None


def pieces_of(text: str, language: str) -> frozenset[str]:
    """The stems of the words that name the topic; of scripts without spaces, their letters."""
    return _parts(text, language)[0]


@lru_cache(maxsize=50_000)
def _parts(title: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    stem = stemmer_of(language.split("-")[0].lower())
    topical, rest = _modifiers(language).split(folded(title))
    topic = {piece for word in topical for piece in _pieces(word, stem(word))}
    # "All about it": where every word is a modifier, they are the topic.
    angle = {piece for word in rest for piece in _pieces(word, stem(word))} - topic
    return (frozenset(topic), frozenset(angle)) if topic else (frozenset(angle), frozenset())


@cache
def _modifiers(language: str) -> Modifiers:
    return modifiers_of([], language)


def _pieces(word: str, stem: str) -> list[str]:
    return letter_grams(word) if is_unspaced(word) else [without_accents(stem)]
