"""A cluster: keywords that one article can answer."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, db_now
from .keyword import Keyword


class ClusterStatus(enum.StrEnum):
    """``new`` waits for ideas; ``mapped`` has them."""

    NEW = "new"
    MAPPED = "mapped"


class Cluster(Base):
    """A topic of the size of one article."""

    __tablename__ = "cluster"
    __table_args__ = (sa.Index(None, "site_id", "status", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(400))
    status: Mapped[ClusterStatus] = mapped_column(default=ClusterStatus.NEW)
    created_at: Mapped[datetime] = mapped_column(default=db_now())

    keywords: Mapped[list[Keyword]] = relationship(
        order_by=lambda: (sa.func.coalesce(Keyword.volume, -1).desc(), Keyword.id)
    )
