"""The few HTML elements a draft is made of; every text goes through ``escape``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape

_TAG = re.compile(r"<[^>]*>")


def element(tag: str, text: str, css: str = "") -> str:
    """One element that holds plain text."""
    attribute = f' class="{css}"' if css else ""
    return f"<{tag}{attribute}>{escape(text)}</{tag}>"


def items(texts: Iterable[str], *, ordered: bool = False, css: str = "") -> str:
    """A list; nothing when there are no texts."""
    rows = "".join(element("li", text) for text in texts)
    tag = "ol" if ordered else "ul"
    attribute = f' class="{css}"' if css else ""
    return f"<{tag}{attribute}>{rows}</{tag}>" if rows else ""


def table(head: Sequence[str], rows: Iterable[str]) -> str:
    """A table for the editor to fill in: named columns, named rows and open cells."""
    header = "".join(element("th", text) for text in head)
    cells = element("td", "…", "editor-note") * (len(head) - 1)
    body = "".join(f"<tr>{element('th', row)}{cells}</tr>" for row in rows)
    return f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"


def text_of(html: str) -> str:
    """The words of a fragment, without its elements."""
    return unescape(_TAG.sub(" ", html))
