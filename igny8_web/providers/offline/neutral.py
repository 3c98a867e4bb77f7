"""A draft for sites in a language that we have no words for: their words and none of ours."""

from __future__ import annotations

from ..contracts import WriteContentBrief
from .markup import element, items, text_of
from .placing import is_covered, place
from .reading import Query, fold

_MARK = "igny8 · offline-1"
_NOTE = "✎ …"


def neutral_draft(brief: WriteContentBrief, queries: list[Query]) -> str:
    """The outline with each keyword under its heading, and a mark where text is to be written."""
    sections, faq = place(brief.outline or (brief.title,), queries, None)
    parts = [element("p", _MARK, "offline-draft"), element("p", _NOTE, "editor-note")]
    for section in sections:
        parts.append(element("h2", section.heading.phrase))
        heading = fold(section.heading.phrase)
        rest = [query.phrase for query in section.queries if fold(query.phrase) != heading]
        parts.append(items(rest, css="queries"))
        parts.append(element("p", _NOTE, "editor-note"))
        for query in section.questions:
            parts += [element("h3", query.phrase), element("p", _NOTE, "editor-note")]
    for query in faq:
        parts += [element("h2", query.phrase), element("p", _NOTE, "editor-note")]
    html = "\n".join(part for part in parts if part)
    lost = [query.phrase for query in queries if not is_covered(query, text_of(html))]
    return html + items(lost, css="queries")
