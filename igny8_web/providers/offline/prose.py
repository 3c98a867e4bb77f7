"""Dealing sentences from a language's bank so that none is used twice in one text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from .casing import first_upper, joined, quoted
from .language import Language, Lines
from .seeded import pick, shuffled

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


def fill(pattern: str, slots: Mapping[str, str], *seed: object) -> str:
    """The pattern with its choices made by ``seed`` and its slots filled."""

    def chosen(match: re.Match[str]) -> str:
        options: list[str] = match.group(1).split("|")
        return pick(options, *seed, pattern, match.start())

    # One pass over the slots: a keyword that looks like a slot stays what it is.
    return _SLOT.sub(lambda match: slots.get(match.group(1), ""), _CHOICE.sub(chosen, pattern))


class Prose:
    """Sentences for one text. The same seed deals the same sentences."""

    def __init__(self, language: Language, topic: str, *seed: object) -> None:
        self.language = language
        self.topic = topic
        self._seed = seed
        self._used: Counter[str] = Counter()
        self._said: set[str] = set()
        self._orders: dict[Lines, list[str]] = {}

    def query(self, kind: str, role: str, phrase: str | None) -> str:
        """A sentence about ``phrase`` from a kind's bank; empty when nothing new is left."""
        lines: Lines = getattr(self.language.kind(kind), role)
        text = ""
        if role == "weigh":
            # The opening has named the query; "it" will do from there on, as long as it can.
            text = self.line(tuple(line for line in lines if "{q}" not in line))
        asked = quoted(phrase, self.language) if phrase else ""
        text = text or self.line(lines, uses=2 if role == "open" else 1, q=asked)
        # A note follows the word "Editor:".
        return text if role == "note" else first_upper(text)

    def line(self, lines: Lines, uses: int = 1, **slots: str) -> str:
        """The least used line that gives new sentences; empty when there is none.

        A line about a query may serve ``uses`` queries; any other would come back word for word.
        """
        slots.setdefault("t", self.topic)
        for pattern in sorted(self._in_order(lines), key=lambda line: self._used[line]):
            about_query = "{q}" in pattern
            if about_query and not slots.get("q"):
                continue
            if self._used[pattern] >= (uses if about_query else 1):
                continue
            text = fill(pattern, slots, *self._seed, self._used[pattern])
            sentences = _SENTENCE_END.split(text)
            if self._said.isdisjoint(sentences):
                self._used[pattern] += 1
                self._said.update(sentences)
                return text
        return ""

    def _in_order(self, lines: Lines) -> list[str]:
        if lines not in self._orders:
            self._orders[lines] = shuffled(lines, *self._seed)
        return self._orders[lines]

    def several(self, lines: Lines, count: int) -> list[str]:
        """Up to ``count`` new lines."""
        texts = (self.line(lines) for _ in range(count))
        return [text for text in texts if text]

    def listed(self, phrases: list[str]) -> str:
        """Queries in quotation marks, joined as the language joins them."""
        return joined([quoted(phrase, self.language) for phrase in phrases], self.language)
