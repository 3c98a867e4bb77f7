"""The body of a draft: sections with prose, lists, tables and notes for the editor."""

from __future__ import annotations

from collections.abc import Sequence

from .casing import as_question, joined, sentence_case
from .language import Lines
from .markup import element, items, table, text_of
from .placing import Section, is_covered
from .prose import Prose
from .reading import Query, sides, twins

_ORDERED = ("how", "fix", "before", "check")
_IN_SENTENCE = 3


class Body:
    """Writes the sections of one article."""

    def __init__(self, prose: Prose, queries: Sequence[Query]) -> None:
        self.prose = prose
        self.language = prose.language
        self._queries = queries
        self._table_done = False

    def section(self, section: Section) -> tuple[str, str]:
        """One h2 section as HTML, and its note; every query of the section stands in it."""
        kind = section.filler or self._kind(section)
        phrase = section.queries[0].phrase if section.queries else None
        parts = [element("h2", section.heading.phrase)]
        opening = [self._say(kind, "open", phrase), self._say(kind, "weigh", phrase)]
        parts.append(self._paragraph(opening))
        table_ = self._table(section, kind)
        points = self.prose.several(self.language.kind(kind).points, 3 if table_ else 4)
        parts += [table_, items(points, ordered=kind in _ORDERED)]
        parts += [self.question(query) for query in section.questions]
        parts.append(self._other_wordings(section, "".join(parts)))
        return "".join(parts), self._note(kind, phrase)

    def question(self, query: Query) -> str:
        """A question under an h3, with what can be said without knowing the answer."""
        text = [self._say(query.kind, "open", query.phrase)]
        text.append(self._say(query.kind, "weigh", query.phrase))
        heading = as_question(query.phrase, self.language)
        html = element("h3", heading) + self._paragraph(text)
        if not is_covered(query, text_of(html)):
            html += self._also([query.phrase], self.language.also)
        return html + self._note(query.kind, query.phrase)

    def more(self, section: Section) -> str:
        """One more paragraph for a section; empty when nothing new is left to say."""
        kind = section.filler or self._kind(section)
        for query in reversed(section.queries):
            if text := self._say(kind, "weigh", query.phrase):
                return text
        return self._say(kind, "weigh", None)

    def _kind(self, section: Section) -> str:
        """The heading's kind; a heading that tells nothing takes that of its first query."""
        kind = section.heading.kind
        return section.queries[0].kind if kind == "plain" and section.queries else kind

    def _say(self, kind: str, role: str, phrase: str | None) -> str:
        return self.prose.query(kind, role, phrase) or self.prose.query("plain", role, phrase)

    def _note(self, kind: str, phrase: str | None) -> str:
        text = self.prose.query(kind, "note", phrase)
        note = f"{self.language.labels.editor} {text}"
        return element("p", note, "editor-note") if text else ""

    def _paragraph(self, texts: Sequence[str]) -> str:
        text = " ".join(text for text in texts if text)
        return element("p", text) if text else ""

    def _other_wordings(self, section: Section, html: str) -> str:
        shown = text_of(html)
        rest = [query for query in section.queries if not is_covered(query, shown)]
        same = [query.phrase for query in rest if twins(query, section.heading)]
        near = [query.phrase for query in rest if query.phrase not in same]
        return self._also(same, self.language.also) + self._also(near, self.language.related)

    def _also(self, phrases: list[str], lines: Lines) -> str:
        """Other queries that the section answers, exactly as people type them."""
        if not phrases:
            return ""
        if len(phrases) <= _IN_SENTENCE and max(map(len, phrases)) <= 80:
            opening, closing = self.language.quotes
            listed = [opening + phrase + closing for phrase in phrases]
            line = self.prose.line(lines, list=joined(listed, self.language))
            if line:
                return element("p", line)
        return element("p", self.language.labels.related) + items(phrases, css="queries")

    def _needs(self) -> list[Query]:
        """What buyers say they are looking for, each need once."""
        needs: list[Query] = []
        for query in self._queries:
            if query.kind in ("best", "price") and not any(twins(query, need) for need in needs):
                needs.append(query)
        return needs

    def _table(self, section: Section, kind: str) -> str:
        """The article's one table: two things side by side, or a need a row."""
        labels = self.language.labels
        if self._table_done:
            return ""
        if kind == "compare":
            sources = [query.phrase for query in section.queries] + [section.heading.phrase]
            pairs = [sides(phrase, self.language) for phrase in sources]
            pair = next((pair for pair in pairs if pair), ())
            if not pair:
                return ""
            self._table_done = True
            head = [labels.criterion, *(sentence_case(side, self.language) for side in pair)]
            return table(head, labels.criteria)
        if kind in ("best", "price"):
            needs = self._needs()
            if len(needs) < 3:
                return ""
            self._table_done = True
            rows = [sentence_case(need.phrase, self.language) for need in needs[:7]]
            return table([labels.need, *labels.need_columns], rows)
        return ""
