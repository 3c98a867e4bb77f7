"""Where in an article's HTML a section's picture stands."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = {"p", "ul", "ol", "table", "blockquote", "aside"}


def picture_places(html: str) -> list[int]:
    """For each h2 section, in order, the offset in ``html`` at which its picture goes.

    That is after the section's first block of text; right after the heading where there is none.
    Sections are counted like :func:`igny8_web.pipeline.html.sections` does: an empty heading
    makes none. ``html`` is what :func:`igny8_web.pipeline.html.clean` lets through.
    """
    places = _Places(html)
    places.feed(html)
    places.close()
    return places.found


class _Places(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[int] = []
        self._html = html
        self._lines = [0, *(match.end() for match in re.finditer("\n", html))]
        self._depth = 0
        self._heading: str | None = None
        """What was read of the heading that is open."""
        self._block_at: int | None = None
        """The depth at which the section's first block is still to come."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            return  # has no end
        self._depth += 1
        if tag == "h2":
            self._heading, self._block_at = "", None

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self._heading += data

    def handle_endtag(self, tag: str) -> None:
        self._depth -= 1
        if tag == "h2":
            if self._heading and self._heading.strip():
                self.found.append(self._end_of_tag())
                self._block_at = self._depth
            self._heading = None
        elif self._depth == self._block_at and tag in BLOCKS:
            self.found[-1] = self._end_of_tag()
            self._block_at = None
        elif self._block_at is not None and self._depth < self._block_at:
            self._block_at = None  # what the heading stood in is over

    def _end_of_tag(self) -> int:
        line, column = self.getpos()
        return self._html.index(">", self._lines[line - 1] + column) + 1
