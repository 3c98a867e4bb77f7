"""A site: the publication that keywords, drafts and runs belong to."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

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
    audience: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """Who reads it."""
    tone: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """How it speaks."""
    never_say: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """Words and claims that must not appear, one a line."""
    facts: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """What is true of the product, for the writer to lean on."""
    run_cap: Mapped[Decimal | None]
    """US dollars that one run may cost; None: as configured."""
    month_cap: Mapped[Decimal | None]
    """US dollars that the site may cost in a calendar month; None: as configured."""
    created_at: Mapped[datetime] = mapped_column(default=db_now())
