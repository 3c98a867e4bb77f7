"""What calls cost, and what a site has spent or promised in a month."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class Price(Base):
    """The price of a model, as a person entered it: prices age, so none stands in the code.

    A text model has ``per_million_in`` and ``per_million_out``, an image model ``per_image``,
    where an empty ``size`` is any size. All in US dollars.
    """

    __tablename__ = "price"
    __table_args__ = (sa.UniqueConstraint("model", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[str] = mapped_column(sa.String(20), default="")
    """``1536x1024``, or empty."""
    per_million_in: Mapped[Decimal | None]
    per_million_out: Mapped[Decimal | None]
    per_image: Mapped[Decimal | None]
    updated_at: Mapped[datetime] = mapped_column(default=db_now(), onupdate=db_now())


class MonthSpend(Base):
    """What a site spent or promised in one month of its calendar."""

    __tablename__ = "month_spend"

    site_id: Mapped[int] = mapped_column(
        sa.ForeignKey("site.id", ondelete="CASCADE"), primary_key=True
    )
    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    """``2026-11``, in the site's time zone."""
    committed: Mapped[Decimal] = mapped_column(default=Decimal(0))
    """US dollars: the price of what was answered, and what was set aside for what is under way."""
    cap: Mapped[Decimal | None]
    """US dollars that this month alone may cost; None: as every month of the site."""
