"""An idea: an article somebody could write for a cluster."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, db_now
from .cluster import Cluster
from .keyword import Keyword

idea_keyword = sa.Table(
    "idea_keyword",
    Base.metadata,
    sa.Column("idea_id", sa.ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True),
    sa.Column(
        "keyword_id", sa.ForeignKey("keyword.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)


class IdeaStatus(enum.StrEnum):
    """``new`` waits to become a task; ``queued`` has one; ``refused`` repeats another.

    ``discarded`` was put aside by a person.
    """

    NEW = "new"
    QUEUED = "queued"
    REFUSED = "refused"
    DISCARDED = "discarded"


class Idea(Base):
    """The angle, outline and keywords of one article."""

    __tablename__ = "idea"
    __table_args__ = (
        sa.Index(None, "site_id", "status", "id"),
        sa.Index(None, "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(400))
    description: Mapped[str] = mapped_column(sa.Text)
    content_type: Mapped[str] = mapped_column(sa.String(20))
    outline: Mapped[list[str]]
    """Section headings, in order."""
    target_words: Mapped[int]
    prompt_version: Mapped[str | None] = mapped_column(sa.String(40))
    """The version of the prompt that it was made with."""
    status: Mapped[IdeaStatus] = mapped_column(default=IdeaStatus.NEW)
    refusal: Mapped[str | None] = mapped_column(sa.Text)
    """Why it was refused: which title it repeats, and how much."""
    created_at: Mapped[datetime] = mapped_column(default=db_now())

    cluster: Mapped[Cluster] = relationship()
    keywords: Mapped[list[Keyword]] = relationship(
        secondary=idea_keyword,
        order_by=lambda: (sa.func.coalesce(Keyword.volume, -1).desc(), Keyword.id),
    )
