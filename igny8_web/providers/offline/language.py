"""What the writer knows of a language: one TOML file each, read once and checked.

Sentences may hold ``[a|b|c]`` (one of these is taken) and the slots ``{q}`` (a query in
quotation marks), ``{t}`` (the topic), ``{P}`` (a phrase as a headline), ``{list}`` (some
queries, joined).
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

LANGUAGES = Path(__file__).parent / "languages"

Lines = tuple[str, ...]

FILLERS = ("before", "mistakes", "check")
"""Sections for any topic, used when the keywords give too few of their own."""

_NEAREST = {
    "amount": "question",
    "what": "question",
    "yes_no": "question",
    "other": "question",
    "price": "best",
    "local": "best",
    "review": "best",
}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Strict):
    """Sentences for one kind of query."""

    open: Lines
    """What the reader wants; holds ``{q}`` except in the fillers."""
    weigh: Lines
    """What the answer depends on."""
    points: Lines
    """Items of a list: steps or things to check."""
    note: Lines
    """What the editor is to add."""
    takeaway: Lines


class Question(_Strict):
    """A question that any topic raises, with its possible answers."""

    ask: str
    answers: Lines


class Labels(_Strict):
    """Fixed words on the page."""

    mark: str
    """Says that no AI model was used."""
    editor: str
    """Opens each editor note, e.g. ``Editor:``."""
    takeaways: str
    faq: str
    next: str
    related: str
    """Opens a long list of related queries."""
    criterion: str
    """Head of a comparison's first column."""
    criteria: Lines
    """Rows of a comparison."""
    need: str
    """Head of a buying list's first column."""
    need_columns: Lines


class Language(_Strict):
    """Everything the writer can say in one language."""

    code: str
    title_case: bool = False
    section_words: int = 60
    """Words that a section comes to with these sentences, its note included."""
    quotes: tuple[str, str]
    question_marks: tuple[str, str]
    and_word: str
    question_words: Lines
    """First words that make a phrase a question."""
    stop_words: Lines
    proper: Lines = ()
    """Words written with a capital wherever they stand, e.g. ``French``."""
    rewrites: tuple[tuple[str, str], ...] = ()
    """Regular expressions that turn a query into a well-formed question."""
    markers: dict[str, Lines]
    """Kind of query → words that give it away; ``^`` at the front: only as first words."""
    labels: Labels
    titles: dict[str, Lines]
    headings: dict[str, Lines]
    descriptions: dict[str, Lines]
    answers_line: Lines
    intro: tuple[Lines, ...]
    also: Lines
    """Introduces other wordings of the same query, ``{list}``."""
    related: Lines
    """Introduces queries that belong near, ``{list}``."""
    closing: Lines
    steps: Lines
    meta: Lines
    faq: tuple[Question, ...]
    alt: str
    """Kind of scene → its description, ``{t}`` being the subject."""
    kinds: dict[str, Kind]

    def kind(self, name: str) -> Kind:
        """The sentences for a kind of query, or those of the nearest kind there is."""
        if name not in self.kinds:
            name = _NEAREST.get(name, "plain")
        return self.kinds[name]

    def for_kind(self, bank: dict[str, Lines], name: str) -> Lines:
        """The lines of a bank for a kind of query, or those of the nearest kind."""
        for candidate in (name, _NEAREST.get(name, "plain"), "plain"):
            if candidate in bank:
                return bank[candidate]
        return ()

    def filler(self, heading: str) -> str | None:
        """Which filler section this heading is, if any."""
        return next((name for name in FILLERS if heading in self.headings[name]), None)


@cache
def all_languages() -> tuple[Language, ...]:
    """Every language that has a file, English first."""
    files = sorted(LANGUAGES.glob("*.toml"), key=lambda file: (file.stem != "en", file.stem))
    return tuple(
        Language(code=file.stem, **tomllib.loads(file.read_text("utf-8"))) for file in files
    )


def language_for(tag: str) -> Language | None:
    """The language of a BCP 47 tag such as ``pt-BR``; None where we have no words for it."""
    code = tag.replace("_", "-").split("-")[0].lower()
    return next((language for language in all_languages() if language.code == code), None)
