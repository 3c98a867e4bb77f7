"""What went wrong with an item on the way."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class Mishap(Base):
    """An attempt at an item that came to nothing; one that came to something leaves none."""

    __tablename__ = "mishap"
    __table_args__ = (sa.Index(None, "run_item_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_item_id: Mapped[int] = mapped_column(sa.ForeignKey("run_item.id", ondelete="CASCADE"))
    attempt: Mapped[int]
    """1 for the first."""
    reason: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(default=db_now())
