"""A task: an idea that is to be written."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, db_now
from .idea import Idea


class TaskStatus(enum.StrEnum):
    """``queued`` waits to be written; ``completed`` has its content."""

    QUEUED = "queued"
    COMPLETED = "completed"


class Task(Base):
    """The order to write one idea. An idea has one task at most."""

    __tablename__ = "task"
    __table_args__ = (
        sa.Index(None, "site_id", "status", "id"),
        sa.Index(None, "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id"), unique=True)
    title: Mapped[str] = mapped_column(sa.String(400))
    status: Mapped[TaskStatus] = mapped_column(default=TaskStatus.QUEUED)
    created_at: Mapped[datetime] = mapped_column(default=db_now())

    idea: Mapped[Idea] = relationship()
