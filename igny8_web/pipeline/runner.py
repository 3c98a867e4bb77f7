"""The lane at work: claim, work, settle, and look whether to go on.

select → brief (transaction 1) · work (no session) · store (transaction 2), where settling one
claim and taking the next share a transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from rq.timeouts import JobTimeoutException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .. import queue
from ..current import config
from ..db import db_now
from ..extensions import session, transaction
from ..models import WORKABLE, ItemStatus, Run, RunItem, RunStatus, StageRun
from ..providers.base import ProviderError
from . import statements
from .claims import (
    ClaimedItem,
    HeldLane,
    claim,
    heartbeat,
    release_lane,
    still_held,
    take_lane,
)
from .ringing import ring_free_lanes
from .settling import settle
from .stage import AnyStage, UnusableAnswer
from .stages import stage_by_slug
from .storing import Failure, Outcome
from .tools import Tools, tools_for_site

log = logging.getLogger(__name__)

GRAB_SECONDS = 0.1
"""A claim is made of as many quick batches as fit into this time …"""
GRAB_LIMIT = 32
"""… but of no more than these: a crash costs each item in hand an attempt."""


@dataclass(frozen=True)
class Batch:
    """Items that share one brief, and the brief (or why there is none)."""

    items: tuple[ClaimedItem, ...]
    brief: Any


class LaneAtWork:
    """One job's stay in one lane."""

    def __init__(
        self, lane: HeldLane, run: Run, stage: AnyStage, tools: Tools, batch_size: int
    ) -> None:
        self.lane, self.run, self.stage = lane, run, stage
        self.tools, self.batch_size = tools, batch_size
        self.ends = time.monotonic() + config().slice_seconds
        self.grab = 1

    def step(
        self, outcomes: Sequence[Outcome], only: Sequence[int] | None, *, lost: bool
    ) -> list[Batch]:
        """One transaction: settle what was worked, claim and brief what is next.

        Empty when this stay is over; the lane is given back then.
        """
        with transaction() as db:
            if not still_held(db, self.lane):
                log.warning("lane %s was lost; its late results change nothing", self.lane.id)
                return []
            run = db.scalars(statements.LOCK_RUN, {"run_pk": self.run.id}).one()
            if outcomes:
                settle(db, self.lane, run, self.stage, outcomes)
            time_is_up = lost or queue.stopping() or time.monotonic() >= self.ends
            batches = [] if time_is_up else self._claim(db, run, only)
            if outcomes or batches:
                run.rev += 1
            if not batches:
                release_lane(db, self.lane)
                self._ring_on(db, run)
            return batches

    def work(self, batches: Sequence[Batch]) -> list[Outcome]:
        """Work the batches, one after the other, without a session."""
        started = time.monotonic()
        outcomes = [_attempt(self.stage, batch, self.tools) for batch in batches]
        each = (time.monotonic() - started) / len(batches)
        self.grab = max(1, min(GRAB_LIMIT, 4 * self.grab, int(GRAB_SECONDS / max(each, 1e-6))))
        return outcomes

    def _claim(self, db: Session, run: Run, only: Sequence[int] | None) -> list[Batch]:
        if run.status not in WORKABLE:
            return []
        limit = self.batch_size * self.grab
        items = claim(db, self.lane, limit, self.batch_size, only)
        if not items:
            return []
        if run.status is RunStatus.QUEUED:
            run.status, run.started_at = RunStatus.RUNNING, db_now()
        batches = []
        for start in range(0, len(items), self.batch_size):
            group = tuple(items[start : start + self.batch_size])
            batches.append(Batch(group, self._brief(db, group)))
        return batches

    def _brief(self, db: Session, items: Sequence[ClaimedItem]) -> Any:
        try:
            return self.stage.brief([item.item_id for item in items], db)
        except DBAPIError:
            raise  # the transaction is lost, and the claim with it
        except Exception as error:
            log.exception("no brief for %s", [item.item_id for item in items])
            return Failure(f"Nothing to work from: {type(error).__name__}: {error}")

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
        log.exception("the provider of %s cannot be used", stage.slug)
        with transaction() as db:
            db.get_one(Run, run.id, with_for_update=True).pause(f"No provider: {error}.")
        return
    with transaction() as db:
        lane = take_lane(db, stage_run_id, config().lease_seconds)
    if lane is None:
        log.info("stage run %s has no free lane", stage_run_id)
        return
    at_work = LaneAtWork(lane, run, stage, tools, batch_size)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with heartbeat(app, lane) as lost:
        outcomes: list[Outcome] = []
        while batches := at_work.step(outcomes, only, lost=lost.is_set()):
            outcomes = at_work.work(batches)


def _attempt(stage: AnyStage, batch: Batch, tools: Tools) -> Outcome:
    if isinstance(batch.brief, Failure):
        return Outcome(batch.items, failure=batch.brief)
    tools = tools.for_item(stage.slug, batch.items[0].id)
    return replace(_outcome(stage, batch, tools), asked=bool(tools.calls))


def _outcome(stage: AnyStage, batch: Batch, tools: Tools) -> Outcome:
    try:
        return Outcome(batch.items, stage.work(batch.brief, tools))
    except JobTimeoutException:
        raise  # RQ's own limit: swallowing it ends in a hard kill
    except ProviderError as error:
        return Outcome(batch.items, failure=Failure(error.message, error.retry, error.fatal))
    except UnusableAnswer as error:
        return Outcome(batch.items, failure=Failure(str(error), retry=True))
    except Exception as error:
        log.exception("%s failed on %s", stage.slug, [item.item_id for item in batch.items])
        reason = f"Unexpected error: {type(error).__name__}: {error}"
        return Outcome(batch.items, failure=Failure(reason))


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
