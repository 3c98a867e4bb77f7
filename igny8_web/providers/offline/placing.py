"""Giving each query of a draft its place: a section, a sub-question or the FAQ."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .casing import as_question
from .language import Language
from .reading import Query, fold, likeness, read, tokens

_FAQ = 5
_SUB_QUESTIONS = 3
_SAME = 0.7
_PRACTICAL = ("how", "amount")
"""Questions that belong into the body; the others can wait for the FAQ."""


@dataclass
class Section:
    """One h2 section: its heading, read as a query, and the queries that it answers."""

    heading: Query
    filler: str | None = None
    """Name of the filler whose heading this is."""
    queries: list[Query] = field(default_factory=list)
    """Answered by the section itself, the one that its heading repeats first."""
    questions: list[Query] = field(default_factory=list)
    """Answered under an h3 of their own."""


def place(
    headings: Sequence[str], queries: Sequence[Query], language: Language | None
) -> tuple[list[Section], list[Query]]:
    """The sections with their queries, and the questions left for the FAQ.

    Every query stands in exactly one place.
    """
    forms = {query.id: fold(as_question(query.phrase, language)) for query in queries}
    sections = [
        Section(
            _read_heading(text, queries, forms, language),
            language.filler(text) if language else None,
        )
        for text in headings
    ]
    weights = _weights(sections)
    faq: list[Query] = []
    asked = {fold(section.heading.phrase): section for section in sections}
    for query in queries:
        own = asked.get(forms[query.id])
        section = own or _closest(query, sections, weights)
        close = likeness(query.tokens, section.heading.tokens) >= _SAME
        answered = own is not None or (close and section.heading.is_question)
        room = len(section.questions) < _SUB_QUESTIONS
        if not query.is_question or answered:
            section.queries.append(query)
        elif room and (query.kind in _PRACTICAL or len(faq) >= _FAQ):
            section.questions.append(query)
        elif len(faq) < _FAQ:
            faq.append(query)
        else:
            section.queries.append(query)
    for section in sections:
        section.queries.sort(key=lambda query: query.id != section.heading.id)
    return sections, faq


def _read_heading(
    heading: str, queries: Sequence[Query], forms: dict[int, str], language: Language | None
) -> Query:
    """The heading as a query: as the one that it repeats ("best grinder: how to choose")."""
    text = fold(heading)
    repeated = [query for query in queries if fold(query.phrase) in text or forms[query.id] == text]
    if not repeated:
        return read(heading, language)
    source = max(repeated, key=lambda query: len(query.phrase))
    return replace(source, phrase=heading)


def _weights(sections: Sequence[Section]) -> dict[str, float]:
    """A word that stands in every heading tells nothing apart."""
    counts = Counter(word for section in sections for word in section.heading.tokens)
    return {word: math.log(1 + len(sections) / count) for word, count in counts.items()}


def _closest(query: Query, sections: list[Section], weights: dict[str, float]) -> Section:
    def nearness(section: Section) -> tuple[float, int]:
        shared = sum(weights[word] for word in query.tokens & section.heading.tokens)
        size = sum(weights.get(word, 1.0) for word in query.tokens | section.heading.tokens)
        alike = section.heading.kind == query.kind
        same_kind = (0.1 if query.kind == "plain" else 0.4) if alike else 0.0
        away = 0.5 if section.filler else 0.0
        return shared / (size or 1.0) + same_kind - away, -len(section.queries)

    return max(sections, key=nearness)


def is_covered(query: Query, text: str) -> bool:
    """Whether the phrase stands in ``text`` as it was typed, but for case and white space."""
    return fold(query.phrase) in fold(text) and query.phrase.lower() in " ".join(
        text.lower().split()
    )


def words_of(text: str) -> int:
    """How many words; where words run together, how many pairs of letters."""
    return max(len(text.split()), len(tokens(text, None)))
