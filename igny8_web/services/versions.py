"""The versions of an article: who made them when, what changed, and back to one of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import defer

from ..extensions import session, transaction
from ..models import Content, ContentVersion, Site, User
from ..pipeline import html
from ..pipeline.checking import check_content, note_report
from ..pipeline.text_versions import VERSIONED, add_version
from .editing import WrongState, find_content
from .errors import NotFound

FIELDS = {
    "title": "Title",
    "slug": "Address",
    "meta_title": "Meta title",
    "meta_description": "Meta description",
    "excerpt": "Excerpt",
}
_BLOCKS = re.compile(r"(?=<(?:p|h[2-4]|ul|ol|li|table|tr|blockquote|aside)\b)")
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Line:
    """A version in the list."""

    version: ContentVersion
    """Without its text."""
    author: str | None
    """E-mail of the person who made it; None for a machine, or an account that is gone."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text: ``same``, ``added`` or ``removed``."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """What changed from one version to another."""

    fields: Sequence[tuple[str, Sequence[Piece]]]
    """By label, those that differ."""
    blocks: Sequence[Sequence[Piece]]
    """Paragraphs, headings and list items in order."""


def versions_of(site: Site, content_id: int) -> tuple[Content, Sequence[Line]]:
    """The article and its versions, the newest first. Raises NotFound."""
    content = find_content(site, content_id)
    rows = session().execute(
        sa.select(ContentVersion, User.email)
        .options(defer(ContentVersion.html))
        .outerjoin(User, User.id == ContentVersion.author_id)
        .where(ContentVersion.content_id == content.id)
        .order_by(ContentVersion.number.desc())
    )
    return content, [Line(version, email) for version, email in rows]


def find_version(site: Site, content_id: int, number: int) -> ContentVersion:
    """Raises NotFound."""
    content = find_content(site, content_id)
    found = session().scalar(
        sa.select(ContentVersion).where(
            ContentVersion.content_id == content.id, ContentVersion.number == number
        )
    )
    if found is None:
        raise NotFound("There is no such version of this article.")
    return found


def difference(old: ContentVersion, new: ContentVersion) -> Difference:
    """Word by word within what stands at the same place, both given in the order of time."""
    fields = [
        (label, pieces(getattr(old, name), getattr(new, name)))
        for name, label in FIELDS.items()
        if getattr(old, name) != getattr(new, name)
    ]
    return Difference(fields, list(_blocks(_texts(old.html), _texts(new.html))))


def restore(site: Site, content_id: int, number: int, user: User) -> None:
    """Make an earlier text the one in use, as a new version. Raises NotFound, WrongState."""
    with transaction() as db:
        old = find_version(site, content_id, number)
        content = db.get_one(Content, content_id, with_for_update=True, populate_existing=True)
        if not content.status.is_open:
            raise WrongState(f"“{content.title}” is {content.status}: its text stays as it is.")
        slug = content.slug
        for name in VERSIONED:
            setattr(content, name, getattr(old, name))
        content.slug = slug  # its address is no part of what is taken back: it may be taken
        content.revision += 1
        note_report(content, check_content(db, content, content.task.idea))
        add_version(db, content, author_id=user.id, restored_from=number)


def pieces(old: str, new: str) -> list[Piece]:
    """The two texts as one, with what was added and removed."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    found: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(before[a:b])))
            continue
        if a < b:
            found.append(Piece("removed", "".join(before[a:b])))
        if c < d:
            found.append(Piece("added", "".join(after[c:d])))
    return found


def _texts(fragment: str) -> list[str]:
    blocks = (html.text_of(block) for block in _BLOCKS.split(fragment))
    return [text for text in blocks if text]


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[list[Piece]]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield from ([Piece("same", text)] for text in old[a:b])
            continue
        shared = min(b - a, d - c)
        yield from map(pieces, old[a : a + shared], new[c : c + shared])
        yield from ([Piece("removed", text)] for text in old[a + shared : b])
        yield from ([Piece("added", text)] for text in new[c + shared : d])
