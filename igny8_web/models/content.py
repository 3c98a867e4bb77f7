"""A content: one article, from draft to published."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, db_now
from .image import Image
from .task import Task


class ContentStatus(enum.StrEnum):
    """Editorial life: a draft gets its images, a person reviews, approves or sends back."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    PUBLISHED = "published"
    SENT_BACK = "sent_back"

    @property
    def is_open(self) -> bool:
        """Whether text and pictures may change: what was approved is what is published."""
        return self not in (ContentStatus.APPROVED, ContentStatus.PUBLISHED)


class Content(Base):
    """The article of one task."""

    __tablename__ = "content"
    __table_args__ = (
        sa.UniqueConstraint("site_id", "slug"),
        sa.Index(None, "site_id", "status", "id"),
        sa.Index(None, "site_id", "id"),
        sa.Index(None, "site_id", "title", "id"),  # searched without reading the articles
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), unique=True)
    title: Mapped[str] = mapped_column(sa.String(400))
    slug: Mapped[str] = mapped_column(sa.String(140))
    html: Mapped[str] = mapped_column(sa.Text)
    """A sanitised fragment: what :func:`igny8_web.pipeline.html.clean` lets through."""
    meta_title: Mapped[str] = mapped_column(sa.String(200))
    meta_description: Mapped[str] = mapped_column(sa.String(400))
    excerpt: Mapped[str] = mapped_column(sa.Text)
    word_count: Mapped[int]
    written_by: Mapped[str] = mapped_column(sa.String(200))
    """Provider and model, e.g. ``offline/offline-1``."""
    prompt_version: Mapped[str | None] = mapped_column(sa.String(40))
    """The version of the prompt that it was made with."""
    status: Mapped[ContentStatus] = mapped_column(default=ContentStatus.DRAFT)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    """Grows with every change of the text: who saves says which one was changed."""
    score: Mapped[int | None]
    """Of 100, from the checklist; None until it was looked at."""
    musts_failed: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many points of the checklist that nobody may overlook are not met."""
    review_note: Mapped[str | None] = mapped_column(sa.Text)
    """Why it was sent back, in the reviewer's words."""
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reviewed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=db_now())
    updated_at: Mapped[datetime] = mapped_column(default=db_now(), onupdate=db_now())

    task: Mapped[Task] = relationship()
    images: Mapped[list[Image]] = relationship(order_by=lambda: Image.position)
