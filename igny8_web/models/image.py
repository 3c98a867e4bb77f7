"""An image: asked for by a prompt, then a file on disk."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class ImageStatus(enum.StrEnum):
    """``pending`` waits to be made; ``generated`` has its file; ``failed`` says why not."""

    PENDING = "pending"
    GENERATED = "generated"
    FAILED = "failed"


class ImageKind(enum.StrEnum):
    """The one above the article, or one inside it."""

    FEATURED = "featured"
    IN_ARTICLE = "in-article"


class Image(Base):
    """One picture of a content. ``position`` 0 is the featured one; n stands under section n."""

    __tablename__ = "image"
    __table_args__ = (
        sa.UniqueConstraint("content_id", "position"),
        sa.Index(None, "site_id", "status", "id"),
        sa.Index(None, "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    content_id: Mapped[int] = mapped_column(sa.ForeignKey("content.id", ondelete="CASCADE"))
    kind: Mapped[ImageKind]
    position: Mapped[int]
    prompt: Mapped[str] = mapped_column(sa.Text)
    alt: Mapped[str] = mapped_column(sa.String(200))
    status: Mapped[ImageStatus] = mapped_column(default=ImageStatus.PENDING)
    prompt_version: Mapped[str | None] = mapped_column(sa.String(40))
    """The version of the prompt that it was made with."""
    file: Mapped[str | None] = mapped_column(sa.String(200), index=True)
    """Path below the media folder, with forward slashes; kept until another is made."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    """Pixels of the file."""
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(default=db_now())
