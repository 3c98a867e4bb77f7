"""How an article would look among search results, and which of its keywords it answers."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ..checklist import Article as Checked
from ..checklist import Page, missing_keywords
from ..models import Site
from ..pipeline.checking import own_path
from .reading import Article

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

TITLE_SIZE, DESCRIPTION_SIZE = 20, 14
"""Pixels of the letters, as Google's results on a desktop have them."""
TITLE_WIDTH, DESCRIPTION_WIDTH = 580, 920
"""Pixels after which a result is cut, about: it is not documented, and changes."""


@dataclass(frozen=True)
class Line:
    """A line of a search result."""

    text: str
    width: int
    """Pixels, about."""
    most: int

    @property
    def fits(self) -> bool:
        """Whether nothing of it is cut off."""
        return self.width <= self.most

    @property
    def shown(self) -> str:
        """The text as far as it is shown."""
        if self.fits:
            return self.text
        share = self.most / self.width
        return f"{self.text[: int(len(self.text) * share) - 2].rstrip()} …"


@dataclass(frozen=True)
class Preview:
    """The article among search results, and its keywords."""

    title: Line
    description: Line
    address: str
    keywords: Sequence[tuple[str, bool]]
    """Each with whether the article answers it."""


def preview_of(article: Article, site: Site) -> Preview:
    """No query: everything was read with the article."""
    content = article.content
    phrases = tuple(keyword.phrase for keyword in article.keywords)
    checked = Checked(
        title=content.title,
        html=content.html,
        meta_title=content.meta_title,
        meta_description=content.meta_description,
        language=site.language,
        target_words=content.task.idea.target_words,
        keywords=phrases,
    )
    missing = set(missing_keywords(Page(checked)))
    return Preview(
        Line(content.meta_title, pixels(content.meta_title, TITLE_SIZE), TITLE_WIDTH),
        Line(
            content.meta_description,
            pixels(content.meta_description, DESCRIPTION_SIZE),
            DESCRIPTION_WIDTH,
        ),
        f"{site.domain}{own_path(content.slug)}",
        [(phrase, phrase not in missing) for phrase in phrases],
    )


def pixels(text: str, size: int) -> int:
    """How wide the text is, about: in a face like Arial; East Asian letters are square."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    rest = "".join(c for c in text if unicodedata.east_asian_width(c) not in "WF")
    return round(_face(size).getlength(rest)) + wide * size


@lru_cache
def _face(size: int) -> FreeTypeFont:
    from PIL import ImageFont  # Pillow is 7 MB that a web process carries once it measures

    face = ImageFont.load_default(size)
    assert isinstance(face, ImageFont.FreeTypeFont)
    return face
