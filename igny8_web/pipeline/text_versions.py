"""The versions of a content's text: what is kept whenever it changes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Content, ContentVersion

VERSIONED = (
    "title",
    "slug",
    "meta_title",
    "meta_description",
    "excerpt",
    "html",
    "word_count",
)
"""Columns of a content that its versions have too."""


def add_version(db: Session, content: Content, **made: Any) -> ContentVersion:
    """Keep the text as it is now under the next number. ``made`` says what made it."""
    text = {name: getattr(content, name) for name in VERSIONED}
    version = ContentVersion(
        content_id=content.id, number=newest_number(db, content.id) + 1, **text, **made
    )
    db.add(version)
    db.flush()
    return version


def newest_number(db: Session, content_id: int) -> int:
    """Of the version in use; 0 where there is none yet."""
    newest = sa.select(sa.func.max(ContentVersion.number))
    return db.scalar(newest.where(ContentVersion.content_id == content_id)) or 0
