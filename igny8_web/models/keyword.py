"""A keyword: one search query of a site."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class KeywordStatus(enum.StrEnum):
    """``new`` waits for clustering; ``mapped`` belongs to a cluster; ``archived`` is put aside.

    ``deleted`` can be taken back for a while, and is in no list but its own.
    """

    NEW = "new"
    MAPPED = "mapped"
    ARCHIVED = "archived"
    DELETED = "deleted"


class Keyword(Base):
    """A search query with what its export knew of it. Unknown is NULL, never 0."""

    __tablename__ = "keyword"
    __table_args__ = (
        sa.UniqueConstraint("site_id", "folded"),
        sa.Index(None, "site_id", "status", "id"),
        sa.Index(None, "site_id", "id"),
        # What lists are sorted by; unknown comes last, as less than nothing. The first one holds
        # what lists are filtered by as well: what does not match is passed by without its row.
        sa.Index(
            "ix_keyword_by_volume",
            "site_id",
            sa.text("coalesce(volume, -1)"),
            "id",
            "status",
            "intent",
            "difficulty",
            "volume",
            "folded",
        ),
        sa.Index("ix_keyword_by_difficulty", "site_id", sa.text("coalesce(difficulty, -1)"), "id"),
        sa.Index("ix_keyword_by_cpc", "site_id", sa.text("coalesce(cpc, -1)"), "id"),
        sa.Index(
            "ix_keyword_of_status_by_volume",
            "site_id",
            "status",
            sa.text("coalesce(volume, -1)"),
            "id",
        ),
        sa.Index(
            "ix_keyword_of_cluster_by_volume",
            "site_id",
            "cluster_id",
            sa.text("coalesce(volume, -1)"),
            "id",
            "status",
            "volume",
            "difficulty",
        ),
        sa.Index(
            "ix_keyword_deletion",
            "deletion",
            sqlite_where=sa.text("deletion IS NOT NULL"),
            postgresql_where=sa.text("deletion IS NOT NULL"),
        ),
        sa.CheckConstraint("difficulty BETWEEN 0 AND 100", name="difficulty_percent"),
        sa.CheckConstraint(
            "status <> 'mapped' OR cluster_id IS NOT NULL", name="mapped_has_cluster"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cluster.id"), index=True)
    phrase: Mapped[str] = mapped_column(sa.String(400))
    folded: Mapped[str] = mapped_column(sa.String(400))
    """The phrase with case and white space folded: what makes it unique in its site."""
    volume: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Searches a month."""
    difficulty: Mapped[int | None]
    """0 (easy) to 100."""
    cpc: Mapped[Decimal | None]
    """US dollars a click."""
    intent: Mapped[str | None] = mapped_column(sa.String(20))
    country: Mapped[str | None] = mapped_column(sa.String(2))
    """ISO 3166 code, upper case."""
    status: Mapped[KeywordStatus] = mapped_column(default=KeywordStatus.NEW)
    deleted_from: Mapped[KeywordStatus | None]
    """The status that it had before it was deleted; None while it is not."""
    deletion: Mapped[str | None] = mapped_column(sa.String(32))
    """Which press of *Delete* took it, so that all of one can be taken back together."""
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=db_now())
