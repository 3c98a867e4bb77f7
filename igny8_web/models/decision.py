"""What people decided on a content, and when."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now
from .content import ContentStatus


class Decision(Base):
    """One decision of one person; none is changed or lost, whatever is decided after it."""

    __tablename__ = "decision"
    __table_args__ = (sa.Index(None, "content_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(sa.ForeignKey("content.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    status: Mapped[ContentStatus]
    """What the content became: ``approved`` or ``sent_back``."""
    note: Mapped[str | None] = mapped_column(sa.Text)
    version: Mapped[int | None]
    """The number of the text's version that was decided on."""
    score: Mapped[int | None]
    """Of the checklist, then."""
    although: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether a must of the checklist was not met."""
    created_at: Mapped[datetime] = mapped_column(default=db_now())
