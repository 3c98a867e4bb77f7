"""Headlines: one from the lead query, unlike any that the site has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .angles import Angle
from .casing import as_question, clip, joined, printed, title_case
from .language import Language
from .prose import fill
from .reading import Query, fold, likeness, tokens, versus
from .seeded import number

_TOO_LIKE = 0.8
_LONGEST = 110


class Titles:
    """Gives out titles for one site, none twice and none almost twice."""

    def __init__(self, language: Language | None, taken: Iterable[str]) -> None:
        self.language = language
        self._taken = [tokens(title, language) for title in taken]
        self._uses: Counter[str] = Counter()

    def give(self, angle: Angle, seed: object) -> str:
        """A new title for this angle."""
        new = (pair for pair in self._candidates(angle, seed) if self._is_new(pair[1]))
        pattern, title = next(new, ("", self._numbered(angle)))
        self._uses[pattern] += 1
        self._taken.append(tokens(title, self.language))
        return title

    def _is_new(self, title: str) -> bool:
        words = tokens(title, self.language)
        return all(likeness(words, other) < _TOO_LIKE for other in self._taken)

    def _candidates(self, angle: Angle, seed: object) -> list[tuple[str, str]]:
        lead = clip(headline(angle.lead, self.language), _LONGEST)
        extra = [
            ("", f"{lead}: {clip(title_case(query.phrase, self.language), _LONGEST)}")
            for query in angle.queries
            if query is not angle.lead
        ]
        if self.language is None:
            return [("", lead), *extra]
        facets = _facets(angle, self.language)
        slots = {"P": lead, "facets": facets, "t": lead}
        patterns = self.language.for_kind(self.language.titles, _bank(angle))
        order = sorted(patterns, key=lambda line: (self._uses[line], number(line, seed)))
        fit = [line for line in order if "{facets}" not in line or facets]
        # What the cluster itself says beats any phrase of ours.
        fit.sort(key=lambda line: "{facets}" not in line)
        return [(line, fill(line, slots, seed)) for line in fit] + extra

    def _numbered(self, angle: Angle) -> str:
        """The last resort: a site that has every wording already."""
        lead = clip(headline(angle.lead, self.language), _LONGEST)
        part = 2
        while tokens(f"{lead} ({part})", self.language) in self._taken:
            part += 1
        return f"{lead} ({part})"


def headline(query: Query, language: Language | None) -> str:
    """The query as the main part of a title."""
    if language is None:
        return printed(query.phrase, None)
    if query.kind == "compare" and (pair := versus(query.phrase, language)):
        return title_case(pair, language)
    if query.is_question and query.kind != "how":
        return title_case(as_question(query.phrase, language), language)
    return title_case(query.phrase.rstrip(" ?？؟"), language)


def _bank(angle: Angle) -> str:
    if angle.lead.is_question and angle.lead.kind not in ("how", "compare"):
        return "question"
    if angle.lead.kind == "plain" and angle.name == "choose":
        return "price"
    return angle.lead.kind


def _facets(angle: Angle, language: Language) -> str:
    """What else the queries say of a plain topic: ``Recipe, Pot and Grind``."""
    if angle.lead.kind != "plain":
        return ""
    found: list[str] = []
    for query in angle.queries:
        rest = _rest(query, angle.lead, language)
        if rest and all(
            likeness(tokens(rest, language), tokens(other, language)) == 0 for other in found
        ):
            found.append(rest)
    names = [title_case(facet, language) for facet in found[:3]]
    return joined(names, language) if len(names) >= 2 else ""


def _rest(query: Query, lead: Query, language: Language) -> str:
    if query.is_question or query.kind not in ("plain", "amount", "how"):
        return ""
    phrase, start = fold(query.phrase), fold(lead.phrase) + " "
    rest = phrase.removeprefix(start) if phrase.startswith(start) else ""
    words = rest.split()
    fit = rest.replace(" ", "").isalpha() and len(words) <= 2
    return rest if fit and words[0] not in language.stop_words else ""
