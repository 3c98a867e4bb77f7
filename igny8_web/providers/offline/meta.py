"""What search engines and feeds show of a draft."""

from __future__ import annotations

import re
import unicodedata

from .casing import clip

META_TITLE = 60
META_DESCRIPTION = 155
_SLUG = 80


def slug(title: str) -> str:
    """The title for an address: ASCII where a letter has such a form, other scripts kept."""
    letters = []
    for char in title.casefold().translate(
        {ord("ł"): "l", ord("ı"): "i", ord("đ"): "d", ord("ø"): "o"}
    ):
        plain = "".join(
            part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part)
        )
        letters.append(plain if plain.isascii() else char)
    text = re.sub(r"['’]", "", unicodedata.normalize("NFC", "".join(letters)))
    text = re.sub(r"[\W_]+", "-", text).strip("-")
    if len(text) > _SLUG:
        text = text[: _SLUG + 1].rpartition("-")[0] or text[:_SLUG]
    return text or "article"


def meta_title(title: str) -> str:
    """At most 60 characters: the whole title, its main part, or as many words as fit."""
    if len(title) <= META_TITLE:
        return title
    main = re.split(r"(?<=[?!])\s|:\s|,\s|\s[—–|]\s", title)[0]
    return main if 15 <= len(main) <= META_TITLE else clip(title, META_TITLE)


def meta_description(text: str) -> str:
    """At most 155 characters, whole sentences where they fit."""
    if len(text) <= META_DESCRIPTION:
        return text
    end = max(text.rfind(mark, 0, META_DESCRIPTION) for mark in (". ", "? ", "! "))
    return text[: end + 1] if end > META_DESCRIPTION * 0.6 else clip(text, META_DESCRIPTION)
