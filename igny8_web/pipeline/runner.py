"""The lane at work: claim, work, settle, and look whether to go on.

select → brief (transaction 1) · work (no session) · store (transaction 2), where settling one
claim and taking the next share a transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import logs, queue
from ..current import config, running_app
from ..db import db_now
from ..extensions import session, transaction
from ..models import WORKABLE, ItemStatus, Run, RunItem, RunStatus, StageRun
from ..providers.base import ProviderError
from . import statements
from .advance import close_if_settled
from .attempt import Batch, attempt, prepare
from .claims import (
    HeldLane,
    claim,
    give_back,
    heartbeat,
    release_lane,
    still_held,
    take_lane,
)
from .patience import patiently
from .ringing import ring_free_lanes
from .settling import settle
from .stage import AnyStage
from .stages import stage_by_slug
from .storing import Outcome
from .time_limit import watchdog
from .tools import Tools, tools_for_site

log = logging.getLogger(__name__)

GRAB_SECONDS = 0.1
"""A claim is made of as many quick batches as fit into this time …"""
GRAB_LIMIT = 32
"""… but of no more than these: a crash costs each item in hand an attempt."""


class LaneAtWork:
    """One job's stay in one lane."""

    def __init__(
        self, lane: HeldLane, run: Run, stage: AnyStage, tools: Tools, batch_size: int
    ) -> None:
        self.lane, self.run_id, self.stage = lane, run.id, stage
        self.tools, self.batch_size = tools, batch_size
        self.ends = time.monotonic() + config().slice_seconds
        self.grab = 1
        self.resumed = run.resumed
        """How often the run had been resumed when the batches in hand were claimed."""
        self.in_doubt = False
        """Whether the lane may hold items that were claimed and never worked."""

    def step(
        self, outcomes: Sequence[Outcome], only: Sequence[int] | None, *, lost: bool
    ) -> list[Batch]:
        """One transaction: settle what was worked, claim and brief what is next.

        Empty when this stay is over; the lane is given back then. Waits for a database that is
        away.
        """
        batches = patiently(partial(self._step, outcomes, only, lost))
        self.in_doubt = False
        return batches

    def work(self, batches: Sequence[Batch]) -> list[Outcome]:
        """Work the batches, one after the other, without a session, as far as the slice goes.

        Not after one that pauses the run or has to wait for the provider: the others would too.
        """
        started = time.monotonic()
        outcomes: list[Outcome] = []
        for batch in batches:
            failure = outcomes[-1].failure if outcomes else None
            if outcomes and (self._over or (failure and (failure.fatal or failure.waits))):
                self.in_doubt = True
                break
            outcomes += attempt(self.stage, batch, self.tools)
        each = (time.monotonic() - started) / len(outcomes)
        self.grab = max(1, min(GRAB_LIMIT, 4 * self.grab, int(GRAB_SECONDS / max(each, 1e-6))))
        return outcomes

    @property
    def _over(self) -> bool:
        return queue.stopping() or time.monotonic() >= self.ends

    def _step(
        self, outcomes: Sequence[Outcome], only: Sequence[int] | None, lost: bool
    ) -> list[Batch]:
        with transaction() as db:
            if not still_held(db, self.lane):
                log.warning("lane %s was lost; its late results change nothing", self.lane.id)
                return []
            run = db.scalars(statements.LOCK_RUN, {"run_pk": self.run_id}).one()
            if self.in_doubt:
                self._give_back(db, run, [item.id for o in outcomes for item in o.items])
            # A connection that dies while it commits does not say whether it did: if this is
            # called again, there may be items in our name that nobody heard of.
            self.in_doubt = True
            if outcomes:
                outdated = run.resumed != self.resumed
                settle(db, self.lane, run, self.stage, outcomes, outdated=outdated)
            self.resumed = run.resumed
            over = lost or self._over
            rests = not over and any(o.failure and o.failure.waits for o in outcomes)
            batches = [] if over or rests else self._claim(db, run, only)
            if outcomes or batches:
                run.rev += 1
            if not batches:
                release_lane(db, self.lane, rests=rests)
                if not rests:
                    self._ring_on(db, run)
            return batches

    def _give_back(self, db: Session, run: Run, worked: Sequence[int]) -> None:
        """Return what was not worked: to the next, or to nobody where the run is cancelled."""
        if run.status is not RunStatus.CANCELLING:
            give_back(db, self.lane, worked)
        elif skipped := give_back(db, self.lane, worked, ItemStatus.SKIPPED):
            stage_run = db.get_one(StageRun, self.lane.stage_run_id)
            stage_run.skipped += skipped
            db.flush()
            close_if_settled(db, run, stage_run)

    def _claim(self, db: Session, run: Run, only: Sequence[int] | None) -> list[Batch]:
        if run.status not in WORKABLE:
            return []
        limit = self.batch_size * self.grab
        items = claim(db, self.lane, limit, self.batch_size, only)
        if not items:
            return []
        if run.status is RunStatus.QUEUED:
            run.status, run.started_at = RunStatus.RUNNING, db_now()
        groups = range(0, len(items), self.batch_size)
        return [prepare(db, self.stage, items[n : n + self.batch_size]) for n in groups]

    def _ring_on(self, db: Session, run: Run) -> None:
        """Ring for the lane we leave, if its stage still has due work."""
        stage_run = db.get(StageRun, self.lane.stage_run_id)
        if stage_run and run.status in WORKABLE and stage_run.number == run.current_stage:
            ring_free_lanes(db, run, stage_run, patience_seconds=config().slice_seconds)


def work_lane(stage_run_id: int, only: Sequence[int] | None = None) -> None:
    """Take a free lane of the stage run and work it for a slice.

    Returns at once when no lane is free or nothing is due: a duplicate ring has no effect.
    """
    stage_run = session().get(StageRun, stage_run_id)
    if stage_run is None:
        log.warning("there is no stage run %s", stage_run_id)
        return
    run, stage = stage_run.run, stage_by_slug(stage_run.slug)
    tools = tools_for_site(run.site_id)
    try:
        batch_size = stage.batch(tools)
    except Exception as error:
        why = str(error)
        if not isinstance(error, ProviderError):
            log.exception("the provider of %s cannot be used", stage.slug)
            why = f"No provider: {error}."
        with transaction() as db:
            db.get_one(Run, run.id, with_for_update=True).pause(why)
        return
    with transaction() as db:
        lane = take_lane(db, stage_run_id, config().lease_seconds)
    if lane is None:
        log.info("stage run %s has no free lane", stage_run_id)
        return
    at_work = LaneAtWork(lane, run, stage, tools, batch_size)
    app = running_app()
    with (
        logs.about(run=run.run_id, stage=stage.slug, lane=lane.id),
        watchdog(config().item_seconds),
        heartbeat(app, lane) as lost,
    ):
        outcomes: list[Outcome] = []
        while batches := at_work.step(outcomes, only, lost=lost.is_set()):
            outcomes = at_work.work(batches)


def stage_runs_waiting_for(slug: str, item_ids: Sequence[int]) -> list[int]:
    """The stage runs in which these items of the stage are still to be worked."""
    return list(
        session().scalars(
            sa.select(RunItem.stage_run_id)
            .where(RunItem.stage == slug, RunItem.item_id.in_(item_ids))
            .where(RunItem.status == ItemStatus.PENDING)
            .distinct()
        )
    )
