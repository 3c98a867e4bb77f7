"""When a process that must never sleep was last awake."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class Beat(Base):
    """One row a kind of process, written at each of its rounds; several of a kind share it."""

    __tablename__ = "beat"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    """E.g. ``reconciler``."""
    seen_at: Mapped[datetime] = mapped_column(default=db_now())
