"""An AI call: written before the request leaves, completed when the answer is there."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class CallStatus(enum.StrEnum):
    """``answered`` waits to be stored, also after a crash; ``refused`` is no use.

    ``pending`` belongs to an item in somebody's hands. A call whose worker stopped before the
    answer was recorded is ``lost``; what comes of it late is noted on its row.
    """

    PENDING = "pending"
    ANSWERED = "answered"
    USED = "used"
    FAILED = "failed"
    REFUSED = "refused"
    LOST = "lost"


class AiCall(Base):
    """One request to a provider, its answer and its price."""

    __tablename__ = "ai_call"
    __table_args__ = (
        sa.Index(None, "fingerprint", "status"),
        # What /metrics adds up: a look at the rows themselves reads every answer.
        sa.Index(None, "stage", "provider", "model", "status", "cost"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("run_item.id", ondelete="CASCADE"), index=True
    )
    """The first item of the batch that the call was made for."""
    stage: Mapped[str] = mapped_column(sa.String(60))
    provider: Mapped[str] = mapped_column(sa.String(60))
    model: Mapped[str] = mapped_column(sa.String(120))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of what was asked of whom: the same work has the same fingerprint."""
    status: Mapped[CallStatus] = mapped_column(default=CallStatus.PENDING)
    question: Mapped[str | None] = mapped_column(sa.Text)
    """What was sent, as a person can read it; None where nothing was sent in words."""
    answer: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(sa.Text)
    cost: Mapped[Decimal] = mapped_column(default=Decimal(0))
    reserved: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    """US dollars set aside until the answer tells its price."""
    prompt_version: Mapped[str | None] = mapped_column(sa.String(40))
    """Which text was asked with, e.g. ``write-content@3``."""
    usage: Mapped[dict[str, Any] | None]
    """Tokens in and out, as the provider counted them."""
    created_at: Mapped[datetime] = mapped_column(default=db_now())
    finished_at: Mapped[datetime | None]
