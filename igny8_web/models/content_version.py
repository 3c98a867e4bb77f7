"""The versions of an article's text."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class ContentVersion(Base):
    """The text of a content as it was once; the highest number is the one in use.

    What one person changes in one sitting is one version, however often it is saved.
    """

    __tablename__ = "content_version"
    __table_args__ = (sa.UniqueConstraint("content_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(sa.ForeignKey("content.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(400))
    slug: Mapped[str] = mapped_column(sa.String(140))
    meta_title: Mapped[str] = mapped_column(sa.String(200))
    meta_description: Mapped[str] = mapped_column(sa.String(400))
    excerpt: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    word_count: Mapped[int]
    made_by: Mapped[str | None] = mapped_column(sa.String(200))
    """Provider and model; None where a person made it."""
    prompt_version: Mapped[str | None] = mapped_column(sa.String(40))
    """The version of the prompt that it was made with."""
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    restored_from: Mapped[int | None]
    """The number of the version that was taken back."""
    created_at: Mapped[datetime] = mapped_column(default=db_now())
    updated_at: Mapped[datetime] = mapped_column(default=db_now(), onupdate=db_now())
