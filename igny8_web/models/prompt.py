"""The versions of a site's prompts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class PromptVersion(Base):
    """A prompt of one stage as somebody saved it; the highest number is the one in use."""

    __tablename__ = "prompt_version"
    __table_args__ = (sa.UniqueConstraint("site_id", "stage", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[int]
    text: Mapped[str | None] = mapped_column(sa.Text)
    """None: back to the template that comes with igny8."""
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=db_now())
