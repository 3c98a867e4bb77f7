"""Tasks → content: a whole draft, every keyword answered or given its place."""

from __future__ import annotations

from ..contracts import WriteContentAnswer, WriteContentBrief
from .casing import first_upper
from .language import Language, language_for
from .markup import element, items, text_of
from .meta import meta_description, meta_title, slug
from .neutral import neutral_draft
from .placing import is_covered, place, words_of
from .prose import Prose
from .reading import Query, read
from .sections import Body
from .seeded import shuffled
from .topic import topic_of

_FURTHER = 3
"""Sentences that a section may gain to come near the target length."""


def write_content(brief: WriteContentBrief) -> WriteContentAnswer:
    """Write the article as an editorial draft; see the package for what that means."""
    language = language_for(brief.site.language)
    queries = [read(keyword.phrase, language, keyword.id) for keyword in brief.keywords]
    if language is None:
        return _answer(brief, neutral_draft(brief, queries), " · ".join(_phrases(queries)[:6]))
    return _Draft(brief, language, queries).answer()


class _Draft:
    """One article in a language that we have words for."""

    def __init__(self, brief: WriteContentBrief, language: Language, queries: list[Query]) -> None:
        self.brief = brief
        self.language = language
        self.queries = queries
        topic = topic_of(brief.cluster, queries, language)
        self.prose = Prose(language, topic, brief.task_id, brief.title)
        self.body = Body(self.prose, queries)
        headings = brief.outline or tuple(
            language.headings[name][0] for name in ("before", "check")
        )
        self.sections, self.faq = place(headings, queries, language)
        self.lead = queries[0].phrase if queries else brief.cluster

    def answer(self) -> WriteContentAnswer:
        labels = self.language.labels
        intro = self._intro()
        parts: list[str] = [element("p", labels.mark, "offline-draft")]
        parts += [element("p", text) for text in intro]
        parts += [element("h2", labels.takeaways), items(self._takeaways())]
        sections = [self.body.section(section) for section in self.sections]
        tail = [*self._faq(), *self._closing()]
        written = [*parts, *(text + note for text, note in sections), *tail]
        more = self._more(words_of(text_of("".join(written))))
        middle = [text + extra + note for (text, note), extra in zip(sections, more, strict=True)]
        html = "\n".join([*parts, *middle, *tail])
        lost = [query.phrase for query in self.queries if not is_covered(query, text_of(html))]
        if lost:
            html += "\n" + items(lost, css="queries")
        summary = self.prose.line(self.language.meta, q=self.prose.listed([self.lead]))
        return _answer(self.brief, html, first_upper(summary), excerpt=" ".join(intro[:1]))

    def _intro(self) -> list[str]:
        quoted = self.prose.listed([self.lead])
        lines = [first_upper(self.prose.line(lines, q=quoted)) for lines in self.language.intro]
        return [" ".join(line for line in lines[:2] if line), *lines[2:]]

    def _takeaways(self) -> list[str]:
        kinds = dict.fromkeys(section.filler or section.heading.kind for section in self.sections)
        lines = [
            self.prose.line(self.language.kind(kind).takeaway)
            for kind in [*kinds, "plain", "check"]
        ]
        return [line for line in lines if line][:5]

    def _faq(self) -> list[str]:
        blocks = [self.body.question(query) for query in self.faq]
        if len(blocks) < 2:
            choice = {made.ask: made for made in self.language.faq}
            for ask in shuffled(tuple(choice), self.brief.task_id)[: 3 - len(self.faq)]:
                made = choice[ask]
                asked = self.prose.line((ask,))
                blocks.append(element("h3", asked) + element("p", self.prose.line(made.answers)))
        return [element("h2", self.language.labels.faq), *blocks]

    def _closing(self) -> list[str]:
        quoted = self.prose.listed([self.lead])
        return [
            element("h2", self.language.labels.next),
            element("p", self.prose.line(self.language.closing, q=quoted)),
            items(self.prose.several(self.language.steps, 3), ordered=True),
        ]

    def _more(self, words: int) -> list[str]:
        """A further paragraph for a section, in turn, while the target asks for it."""
        more: list[list[str]] = [[] for _ in self.sections]
        for _ in range(_FURTHER):
            for sentences, section in zip(more, self.sections, strict=True):
                if words < self.brief.target_words * 0.95 and (text := self.body.more(section)):
                    sentences.append(text)
                    words += words_of(text)
        return [element("p", " ".join(texts)) if texts else "" for texts in more]


def _phrases(queries: list[Query]) -> list[str]:
    return [query.phrase for query in queries]


def _answer(
    brief: WriteContentBrief, html: str, summary: str, excerpt: str = ""
) -> WriteContentAnswer:
    return WriteContentAnswer(
        task_id=brief.task_id,
        title=brief.title,
        slug=slug(brief.title),
        html=html,
        meta_title=meta_title(brief.title),
        meta_description=meta_description(summary or brief.title),
        excerpt=excerpt or summary or brief.title,
    )
