"""A draft as its reader meets it: headings, blocks of text under them, sentences, links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

from ..clustering.text import folded, words
from .article import Article

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = (*HEADINGS, "p", "li", "td", "th", "blockquote", "aside", "figcaption")
_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"'”’»)]*(?=\s|$)|[。！？]+|$)", re.S)


@dataclass
class Block:
    """A heading, paragraph, list item or cell, and the heading it stands under."""

    tag: str
    under: str
    css: tuple[str, ...] = ()
    text: str = ""

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return f"under “{self.under}”" if self.under else "before the first heading"


@dataclass(frozen=True)
class Link:
    """A link, its words and the block it stands in."""

    href: str
    block: Block
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sentence:
    """A sentence and its block."""

    text: str
    block: Block


class Page:
    """What the points look at. Read once."""

    def __init__(self, article: Article) -> None:
        self.article = article
        reader = _Reader()
        reader.feed(article.html)
        reader.close()
        self.blocks = [block for block in reader.blocks if block.text or block.tag in HEADINGS]
        self.links = reader.links

    @property
    def headings(self) -> list[Block]:
        """The headings in order."""
        return [block for block in self.blocks if block.tag in HEADINGS]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences of all that is no heading."""
        return [
            Sentence(text.strip(), block)
            for block in self.blocks
            if block.tag not in HEADINGS
            for text in _SENTENCE.findall(block.text)
            if text.strip()
        ]

    @cached_property
    def word_count(self) -> int:
        """How many words a reader reads."""
        return sum(len(words(folded(block.text))) for block in self.blocks)


class _Reader(HTMLParser):
    """Collects blocks and links; text outside any block is a paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self._heading = ""
        self._open: list[Block] = []
        self._link: Link | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BLOCKS:
            css = tuple((given.get("class") or "").split())
            self._open.append(Block(tag, "" if tag in HEADINGS[:2] else self._heading, css))
            self.blocks.append(self._open[-1])
        elif tag == "a":
            self._link = Link(given.get("href") or "", self._block())
            self.links.append(self._link)
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None
        if tag not in _BLOCKS or tag not in [block.tag for block in self._open]:
            return
        while self._open:
            block = self._open.pop()
            block.text = " ".join(block.text.split())
            if block.tag in HEADINGS[:2]:
                self._heading = block.text
            if block.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if data.strip() or self._open:
            self._block().text += data
        if self._link is not None:
            self._link.words.append(data)

    def close(self) -> None:
        super().close()
        for block in self.blocks:
            block.text = " ".join(block.text.split())

    def _block(self) -> Block:
        if self._open:
            return self._open[-1]
        last = self.blocks[-1] if self.blocks else None
        if last is None or last.tag != "":
            last = Block("", self._heading)
            self.blocks.append(last)
        return last
