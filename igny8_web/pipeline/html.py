"""The HTML of a draft: what may stay in it, and how to read it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

TAGS = {
    *("h2", "h3", "h4", "p", "br", "strong", "em", "a", "blockquote", "aside"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope"}}
CLASSES = {"offline-draft", "editor-note", "queries"}


def clean(html: str) -> str:
    """The fragment with nothing in it that could run, load or restyle the page."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=dict.fromkeys(TAGS, CLASSES),
        url_schemes={"http", "https", "mailto"},
    )


def words(html: str) -> int:
    """How many words a reader sees."""
    return len(re.findall(r"\w+(?:[’'\-]\w+)*", _Reader.of(html).text))


def sections(html: str) -> list[tuple[str, str]]:
    """``(heading, text)`` of each h2 section, in order, without what stands before the first."""
    return [(heading, text) for heading, text in _Reader.of(html).parts[1:] if heading]


class _Reader(HTMLParser):
    """Collects text, cut at every h2."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[list[str]] = [["", ""]]
        self._in_heading = False

    @classmethod
    def of(cls, html: str) -> _Reader:
        reader = cls()
        reader.feed(html)
        reader.close()
        return reader

    @property
    def parts(self) -> list[tuple[str, str]]:
        return [(_folded(heading), _folded(text)) for heading, text in self._parts]

    @property
    def text(self) -> str:
        return " ".join(f"{heading} {text}" for heading, text in self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self._parts.append(["", ""])
            self._in_heading = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._in_heading = False
        self._parts[-1][0 if self._in_heading else 1] += " "

    def handle_data(self, data: str) -> None:
        self._parts[-1][0 if self._in_heading else 1] += data


def _folded(text: str) -> str:
    return " ".join(text.split())
