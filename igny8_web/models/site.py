"""A site: the publication that keywords, drafts and runs belong to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class Site(Base):
    """A publication. Everything else belongs to exactly one site."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    domain: Mapped[str] = mapped_column(sa.String(253), default="")
    language: Mapped[str] = mapped_column(sa.String(20), default="en")
    """BCP 47 tag."""
    timezone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    """IANA name; pages show times in it."""
    created_at: Mapped[datetime] = mapped_column(default=db_now())
