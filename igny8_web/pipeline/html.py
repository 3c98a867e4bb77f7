"""The HTML of a draft: what may stay in it, and how to read it."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from html.parser import HTMLParser

import nh3

TAGS = {
    *("h2", "h3", "h4", "p", "br", "strong", "em", "a", "blockquote", "aside"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
INLINE = {"a", "em", "strong"}
ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope"}}
_BLOCK = re.compile(r"<(?:p|ul|ol|table|blockquote|h[2-4])>")
_HEADING_TAG = re.compile(r"(</?)h([2-4])>")
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


def clean_answer(html: str, links: Collection[str]) -> str:
    """The same for what a model wrote: of its links only those that it was offered stay.

    The others leave their words. It may not mark anything as our own notes either.
    """
    safe = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "th": {"scope"}},
        attribute_filter=lambda tag, name, value: value if tag != "a" or value in links else None,
        link_rel=None,
    )
    return re.sub(r"<a>(.*?)</a>", r"\1", safe, flags=re.S)


def plain(text: str) -> str:
    """Words as they may stand in a heading: without tags, ready for HTML."""
    return _folded(nh3.clean(unescape(text), tags=set()))


def below(html: str, level: int) -> str:
    """A clean fragment as it stands under a heading of this level: without one of its own.

    A first heading of that level repeats it and goes; all others become smaller ones.
    """
    html = re.sub(rf"^\s*<h([2-{level}])>.*?</h\1>", "", html, flags=re.S).strip()
    if html and not _BLOCK.search(html):
        html = f"<p>{html}</p>"
    return _HEADING_TAG.sub(lambda tag: f"{tag[1]}h{max(int(tag[2]), level + 1)}>", html)


def headings(html: str) -> list[str]:
    """The text of each heading of a clean fragment."""
    return [text_of(found[1]) for found in re.findall(r"<h([2-4])>(.*?)</h\1>", html, re.S)]


def at_home(html: str, domain: str) -> str:
    """The clean fragment, its links to pages of the site as they are where it is published."""
    return re.sub(r'<a href="/(?=[^/])', f'<a href="https://{domain}/', html) if domain else html


def words(html: str) -> int:
    """How many words a reader sees."""
    return len(re.findall(r"\w+(?:[’'\-]\w+)*", _Reader.of(html).text))


def text_of(html: str) -> str:
    """What a reader reads, as one line."""
    return _folded(_Reader.of(html).text)


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
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._in_heading = False
        if tag not in INLINE:
            self._parts[-1][0 if self._in_heading else 1] += " "

    def handle_data(self, data: str) -> None:
        self._parts[-1][0 if self._in_heading else 1] += data


def _folded(text: str) -> str:
    return " ".join(text.split())
