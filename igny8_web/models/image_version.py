"""The earlier files of a picture."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class ImageVersion(Base):
    """A file that a picture has or had, and what it was made from."""

    __tablename__ = "image_version"
    __table_args__ = (sa.UniqueConstraint("image_id", "file"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(sa.ForeignKey("image.id", ondelete="CASCADE"))
    file: Mapped[str] = mapped_column(sa.String(200), index=True)
    """Path below the media folder, with forward slashes."""
    width: Mapped[int]
    height: Mapped[int]
    """Pixels."""
    prompt: Mapped[str] = mapped_column(sa.Text)
    made_by: Mapped[str] = mapped_column(sa.String(200))
    """Provider and model, e.g. ``runware/…``."""
    created_at: Mapped[datetime] = mapped_column(default=db_now())
