"""A cluster: keywords that one article can answer."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, db_now
from .keyword import Keyword, KeywordStatus


class ClusterStatus(enum.StrEnum):
    """``new`` waits for ideas; ``mapped`` has them."""

    NEW = "new"
    MAPPED = "mapped"


class Cluster(Base):
    """A topic of the size of one article."""

    __tablename__ = "cluster"
    __table_args__ = (
        sa.Index(None, "site_id", "status", "id"),
        sa.Index(None, "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(400))
    prompt_version: Mapped[str | None] = mapped_column(sa.String(40))
    """The version of the prompt that it was made with."""
    status: Mapped[ClusterStatus] = mapped_column(default=ClusterStatus.NEW)
    created_at: Mapped[datetime] = mapped_column(default=db_now())

    keywords: Mapped[list[Keyword]] = relationship(
        primaryjoin=lambda: sa.and_(
            Keyword.cluster_id == Cluster.id, Keyword.status == KeywordStatus.MAPPED
        ),
        order_by=lambda: (sa.func.coalesce(Keyword.volume, -1).desc(), Keyword.id),
        viewonly=True,
    )
    """Those that are in use: neither archived nor deleted."""
