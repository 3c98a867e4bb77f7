"""Changing an article's text: what somebody else saved meanwhile is never overwritten unseen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import db_now
from ..extensions import session, transaction
from ..models import Content, ContentStatus, ContentVersion, Site, User
from ..pipeline import html
from ..pipeline.checking import check_content, note_report
from ..pipeline.text_versions import VERSIONED, add_version
from .editor_notes import rewritten
from .errors import Invalid, NotFound, Refused

SITTING = timedelta(minutes=10)
"""Changes of one person that follow each other closer than this are one version."""
LONGEST_HTML = 500_000
LONGEST = {
    "title": 400,
    "slug": 140,
    "meta_title": 200,
    "meta_description": 400,
    "excerpt": 2_000,
    "html": LONGEST_HTML,
}
"""Characters of each field."""
_REQUIRED = ("title", "slug", "html")
_SLUG = re.compile(r"\w+(?:-\w+)*")
_STRONG, _EM = re.compile(r"<(/?)b>", re.I), re.compile(r"<(/?)i>", re.I)
_EMPTY_END = re.compile(r"(?:<p>(?:<br\s*/?>|\s)*</p>\s*)+$")


class WrongState(Refused):
    """The article is decided, and stays as it is."""

    code = "wrong_state"


class Conflict(Refused):
    """Somebody saved another text since this one was read."""

    code = "outdated"

    def __init__(self, content: Content, by: str, at: datetime | None) -> None:
        super().__init__(f"{by} saved another text meanwhile. Nothing of yours was overwritten.")
        self.revision = content.revision
        self.by = by
        self.at = at


@dataclass(frozen=True)
class Saved:
    """What the browser has to know to go on."""

    revision: int
    changed: bool


def save(
    site: Site,
    content_id: int,
    given: Mapping[str, str],
    user: User,
    *,
    revision: int,
    apart: bool = False,
) -> Saved:
    """Keep what ``given`` names (fields of :data:`LONGEST`), made from the text of ``revision``.

    ``apart`` keeps it as a version of its own even within a sitting: for what overwrites another
    text on purpose. Raises NotFound, Invalid, WrongState, Conflict.
    """
    values = _read(given)
    with transaction() as db:
        content = _find(db, site, content_id)
        if not content.status.is_open:
            raise WrongState(_why_closed(content))
        if revision != content.revision:
            raise _conflict(db, content)
        if "slug" in values and _is_taken(db, content, values["slug"]):
            raise Invalid("Another article of the site has this address.", "slug")
        if "html" in values:
            values["html"] = rewritten(values["html"], _as_made(db, content))
        if all(getattr(content, name) == value for name, value in values.items()):
            return Saved(content.revision, changed=False)
        for name, value in values.items():
            setattr(content, name, value)
        content.word_count = html.words(content.html)
        content.revision += 1
        note_report(content, check_content(db, content, content.task.idea))
        keep_version(db, content, user, apart=apart)
        return Saved(content.revision, changed=True)


def keep_version(db: Session, content: Content, user: User, *, apart: bool = False) -> None:
    """Keep the text as it is now: in the version of the sitting under way, or in a new one."""
    version = _newest(db, content.id)
    goes_on = (
        not apart
        and version is not None
        and version.author_id == user.id
        and version.restored_from is None
        and db.scalar(sa.select(db_now(-SITTING.total_seconds()) < version.updated_at))
    )
    if version is None or not goes_on:
        add_version(db, content, author_id=user.id)
        return
    for name in VERSIONED:
        setattr(version, name, getattr(content, name))
    version.updated_at = db_now()


def find_content(site: Site, content_id: int) -> Content:
    """The content of the site. Raises NotFound."""
    found = session().scalar(
        sa.select(Content).where(Content.id == content_id, Content.site_id == site.id)
    )
    if found is None:
        raise NotFound("There is no such content on this site.")
    return found


def _find(db: Session, site: Site, content_id: int) -> Content:
    mine = sa.select(Content).where(Content.id == content_id, Content.site_id == site.id)
    content = db.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if content is None:
        raise NotFound("There is no such content on this site.")
    return content


def _newest(db: Session, content_id: int) -> ContentVersion | None:
    mine = sa.select(ContentVersion).where(ContentVersion.content_id == content_id)
    return db.scalar(mine.order_by(ContentVersion.number.desc()).limit(1))


def _as_made(db: Session, content: Content) -> str:
    """The HTML of the first version: what no autosave has worn away bit by bit."""
    mine = sa.select(ContentVersion.html).where(ContentVersion.content_id == content.id)
    return db.scalar(mine.order_by(ContentVersion.number).limit(1)) or content.html


def _conflict(db: Session, content: Content) -> Conflict:
    version = _newest(db, content.id)
    author = db.get(User, version.author_id) if version and version.author_id else None
    return Conflict(
        content, author.email if author else "Somebody", version.updated_at if version else None
    )


def _why_closed(content: Content) -> str:
    if content.status is ContentStatus.PUBLISHED:
        return f"“{content.title}” is published: it stays as it is."
    return f"“{content.title}” is approved. Bring it back to review first."


def _is_taken(db: Session, content: Content, slug: str) -> bool:
    other = sa.select(Content.id).where(
        Content.site_id == content.site_id, Content.slug == slug, Content.id != content.id
    )
    return db.scalar(other.limit(1)) is not None


def _read(given: Mapping[str, str]) -> dict[str, str]:
    values = {}
    for name, longest in LONGEST.items():
        if name not in given:
            continue
        text = given[name].replace("\0", "").strip()
        if name != "html":
            text = " ".join(text.split())
        if len(text) > longest:
            raise Invalid(f"Write {longest:,} characters at most.", name)
        if name in _REQUIRED and not text:
            raise Invalid("This cannot be empty.", name)
        if name == "slug" and not _SLUG.fullmatch(text):
            raise Invalid("Use letters, digits and single hyphens, like cold-brew-ratio.", name)
        values[name] = _as_kept(text) if name == "html" else text
    return values


def _as_kept(text: str) -> str:
    """What an editor writes, as the rest of the house writes it."""
    text = _EM.sub(r"<\1em>", _STRONG.sub(r"<\1strong>", text))
    safe = _EMPTY_END.sub("", html.clean(text))
    if not html.words(safe):
        raise Invalid("The article has no words.", "html")
    return safe
