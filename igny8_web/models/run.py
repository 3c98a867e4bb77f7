"""A run and its life story: stages, items and lanes."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, db_now
from .run_states import (
    LIVE,
    UNSETTLED,
    WORKABLE,
    ItemStatus,
    RunStatus,
    Scope,
    StageStatus,
    Trigger,
)
from .site import Site


def _in(column: str, values: tuple[enum.StrEnum, ...]) -> sa.TextClause:
    """``column IN (…)`` for a partial index."""
    return sa.text(f"{column} IN ({', '.join(repr(v.value) for v in values)})")


def _seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None


class Run(Base):
    """One press of a button: stages ``first_stage`` to ``last_stage``, in order."""

    __tablename__ = "run"
    __table_args__ = (
        sa.Index(
            "uq_run_live_automation",
            "site_id",
            unique=True,
            sqlite_where=sa.and_(sa.text("scope = 'automation'"), _in("status", LIVE)),
            postgresql_where=sa.and_(sa.text("scope = 'automation'"), _in("status", LIVE)),
        ),
        sa.Index(None, "site_id", "id"),
        sa.Index(
            "ix_run_live",
            "status",
            sqlite_where=_in("status", LIVE),
            postgresql_where=_in("status", LIVE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(sa.String(60), unique=True)
    """For people and the API: ``run_20261123_150102_manual``, UTC."""
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    retry_of_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("run.id", ondelete="SET NULL"), index=True
    )
    """The run whose failed items this one tries again, and nothing else."""
    trigger: Mapped[Trigger]
    scope: Mapped[Scope]
    first_stage: Mapped[int]
    last_stage: Mapped[int]
    current_stage: Mapped[int | None]
    status: Mapped[RunStatus] = mapped_column(default=RunStatus.QUEUED)
    why: Mapped[str | None] = mapped_column(sa.Text)
    """Why it is paused, failed or cancelled, for the person who reads the card."""
    paused_for: Mapped[str | None] = mapped_column(sa.String(20))
    """One word for machines, e.g. ``cap`` or ``bad_key``: what the person who reads it can do."""
    cost: Mapped[Decimal] = mapped_column(default=Decimal(0))
    """US dollars spent so far."""
    cap: Mapped[Decimal | None]
    """US dollars that it may cost; None: what its site says."""
    committed: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    """US dollars: the price of what was answered, and what was set aside for what is under way."""
    resumed: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it went on after a pause: what a lane met before may have been mended since."""
    rev: Mapped[int] = mapped_column(default=1)
    """Grows with every visible change, in the same transaction."""
    created_at: Mapped[datetime] = mapped_column(default=db_now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    retry_of: Mapped[Run | None] = relationship(remote_side=lambda: Run.id)
    stages: Mapped[list[StageRun]] = relationship(
        back_populates="run", order_by=lambda: StageRun.number, cascade="all, delete-orphan"
    )

    @property
    def is_live(self) -> bool:
        """Whether anything may still happen to it."""
        return self.status in LIVE

    @property
    def running_stage(self) -> StageRun | None:
        """The stage that is open, if one is."""
        return next((s for s in self.stages if s.status is StageStatus.RUNNING), None)

    @property
    def seconds(self) -> float | None:
        """How long it took; None until it is over."""
        return _seconds_between(self.started_at, self.finished_at)

    def pause(self, why: str | None = None, code: str | None = None) -> None:
        """Let nothing more be claimed; harmless on a run that is not at work."""
        if self.status in WORKABLE:
            self.status, self.why, self.paused_for = RunStatus.PAUSED, why, code
            self.rev += 1


class StageRun(Base):
    """One stage of one run. ``total`` is the snapshot at its start, so the bar never drifts."""

    __tablename__ = "stage_run"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "number"),
        sa.Index(
            "ix_stage_run_finished",  # for /metrics, which adds up all of them
            "slug",
            "started_at",
            "finished_at",
            sqlite_where=sa.text("finished_at IS NOT NULL"),
            postgresql_where=sa.text("finished_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id", ondelete="CASCADE"))
    number: Mapped[int]
    slug: Mapped[str] = mapped_column(sa.String(60))
    status: Mapped[StageStatus] = mapped_column(default=StageStatus.PENDING)
    total: Mapped[int] = mapped_column(default=0)
    processed: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    """How many rows came out: clusters, ideas, drafts …"""
    cost: Mapped[Decimal] = mapped_column(default=Decimal(0))
    result: Mapped[str | None] = mapped_column(sa.String(200))
    """A sentence when it is over: "12 clusters from 150 keywords"."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    run: Mapped[Run] = relationship(back_populates="stages")

    @property
    def settled(self) -> int:
        """Items that reached their end, well or not."""
        return self.processed + self.failed + self.skipped

    @property
    def seconds(self) -> float | None:
        """How long it took; None until it is over."""
        return _seconds_between(self.started_at, self.finished_at)


class RunItem(Base):
    """One item of a stage run. Whoever holds the lease token may settle it, nobody else."""

    __tablename__ = "run_item"
    __table_args__ = (
        sa.Index(None, "stage_run_id", "status", "position"),
        sa.Index(None, "item_id", "stage"),  # what happened to one row, in whatever run
        sa.Index(
            "uq_run_item_unsettled",
            "stage",
            "item_id",
            unique=True,
            sqlite_where=_in("status", UNSETTLED),
            postgresql_where=_in("status", UNSETTLED),
        ),
        sa.Index(
            "ix_run_item_lease",
            "lease_until",
            sqlite_where=sa.text("status = 'processing'"),
            postgresql_where=sa.text("status = 'processing'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stage_run_id: Mapped[int] = mapped_column(sa.ForeignKey("stage_run.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(sa.String(60))
    position: Mapped[int]
    item_id: Mapped[int]
    """The id of the keyword, cluster, idea … that the stage works on."""
    title: Mapped[str] = mapped_column(sa.String(400))
    status: Mapped[ItemStatus] = mapped_column(default=ItemStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    """A failed attempt waits until then for the next."""
    lease_token: Mapped[str | None] = mapped_column(sa.String(32))
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)
    cost: Mapped[Decimal] = mapped_column(default=Decimal(0))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Lane(Base):
    """One place to work in a stage run: as many lanes, as many items at a time.

    A job takes a free lane by writing its token, and renews it while it works. A lane whose
    lease ran out, or that was rung and never taken, is rung again by the reconciler.
    """

    __tablename__ = "lane"
    __table_args__ = (sa.UniqueConstraint("stage_run_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stage_run_id: Mapped[int] = mapped_column(sa.ForeignKey("stage_run.id", ondelete="CASCADE"))
    number: Mapped[int]
    token: Mapped[str | None] = mapped_column(sa.String(32))
    lease_until: Mapped[datetime | None]
    rings: Mapped[int] = mapped_column(default=0)
    rung_at: Mapped[datetime | None]
