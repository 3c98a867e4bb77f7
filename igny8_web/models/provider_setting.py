"""Which AI works for the whole installation or for one site."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db_now


class ProviderKind(enum.StrEnum):
    """Text and images are set apart: few services do both well."""

    TEXT = "text"
    IMAGE = "image"


class ProviderSetting(Base):
    """One provider, its key sealed. Without a site: for every site that has none of its own."""

    __tablename__ = "provider_setting"
    __table_args__ = (
        sa.UniqueConstraint("site_id", "kind"),
        sa.Index(
            "uq_provider_setting_everywhere",
            "kind",
            unique=True,
            sqlite_where=sa.text("site_id IS NULL"),
            postgresql_where=sa.text("site_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    kind: Mapped[ProviderKind]
    preset: Mapped[str] = mapped_column(sa.String(40))
    """A name of the list of presets, e.g. ``openai``, ``runware``, ``offline``."""
    base_url: Mapped[str] = mapped_column(sa.String(400), default="")
    model: Mapped[str] = mapped_column(sa.String(120), default="")
    sealed_key: Mapped[str | None] = mapped_column(sa.Text)
    """The API key, encrypted; never shown again."""
    requests_per_minute: Mapped[int | None]
    tokens_per_minute: Mapped[int | None]
    """None: as many as the provider lets through."""
    updated_at: Mapped[datetime] = mapped_column(default=db_now(), onupdate=db_now())
    updated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
