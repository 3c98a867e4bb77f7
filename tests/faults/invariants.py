"""What is true of every run, whatever happened to the processes that worked on it.

I1  every item ends in exactly one terminal state and has exactly one result
I2  processed = results
I3  the percentage never falls within a stage
I4  the run's cost = the sum of its calls
I5  nothing is running without a live lease for more than 60 s
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from igny8_web.db import db_now
from igny8_web.models import UNSETTLED, AiCall, ItemStatus, Lane, Run, RunItem, RunStatus, StageRun
from igny8_web.pipeline.progress import ProcessingState, find_run, processing_state

from ..engine import reading
from ..peers.ai import AiPeer
from .results import problems_of_results

LONGEST_SILENCE = 60.0
"""Seconds that something may be running without a live lease."""
BETWEEN_SAMPLES = 0.07


class Watch:
    """Looks at a run as its card does, many times a second, from now until it is over."""

    def __init__(self, app: Flask, run: Run) -> None:
        self.app, self.run_pk = app, run.id
        self.seen: list[ProcessingState] = []
        """What the card would have shown, in order."""
        self.longest_silence = 0.0
        """For how many seconds at most something was running without a live lease."""
        self._silent_since: dict[str, float] = {}
        self._error: Exception | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name=f"watch-{run.id}", daemon=True)
        self._thread.start()

    def said(self, words: str) -> bool:
        """Whether the card's notice ever had these words."""
        return any(words in (state.notice or "") for state in list(self.seen))

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def check(self, peer: AiPeer | None = None, ends: RunStatus = RunStatus.COMPLETED) -> None:
        """Assert all five; ``ends`` is the state in which the run must be by now.

        With ``peer``, every answer that it delivered must have been counted.
        """
        self.stop()
        with reading() as db:
            run = find_run(db, self.run_pk)
            problems = [
                *([] if run.status == ends else [f"the run is {run.status}, not {ends}"]),
                *self._problems_seen(),
                *_problems_of_items(db, run),
                *problems_of_results(db, run),
                *_problems_of_costs(db, run, peer),
            ]
        assert not problems, f"{run.run_id}:\n  " + "\n  ".join(problems)

    def _look(self) -> None:
        with self.app.app_context():
            while not self._over.is_set():
                try:
                    with reading() as db:
                        live = self._sample(db)
                except SQLAlchemyError:
                    live = True  # a test may take the database away
                except Exception as error:
                    self._error = error
                    return
                if not live:
                    return
                self._over.wait(BETWEEN_SAMPLES)

    def _sample(self, db: Session) -> bool:
        state = processing_state(db, find_run(db, self.run_pk))
        silent, now = set(_silent(db, self.run_pk)), time.monotonic()
        self._silent_since = {what: self._silent_since.get(what, now) for what in silent}
        for since in self._silent_since.values():
            self.longest_silence = max(self.longest_silence, now - since)
        self.seen.append(state)
        return state.live

    def _problems_seen(self) -> Iterable[str]:
        if self._error is not None:
            yield f"the card could not be shown: {self._error!r}"
        if self.longest_silence > LONGEST_SILENCE:
            yield f"I5: running without a live lease for {self.longest_silence:.0f} s"
        for before, after in pairwise(self.seen):
            if after.rev < before.rev:
                yield f"the revision fell from {before.rev} to {after.rev}"
            if after.stage_number < before.stage_number:
                yield f"stage {before.stage_number} was followed by {after.stage_number}"
            same_stage = after.stage_number == before.stage_number
            if same_stage and after.percentage < before.percentage:
                yield (
                    f"I3: stage {after.stage_number} fell from {before.percentage} %"
                    f" to {after.percentage} %"
                )
            if same_stage and after.total_items != before.total_items:
                yield f"I3: stage {after.stage_number} has another total now"


def _silent(db: Session, run_pk: int) -> Iterable[str]:
    """What is running at this moment and has no live lease."""
    of_run = sa.select(StageRun.id).where(StageRun.run_id == run_pk)
    items = sa.select(RunItem.id).where(
        RunItem.stage_run_id.in_(of_run), RunItem.status == ItemStatus.PROCESSING
    )
    alive = sa.select(Lane.id).where(Lane.stage_run_id.in_(of_run), Lane.lease_until > db_now())
    due = sa.select(RunItem.id).where(
        RunItem.stage_run_id.in_(of_run),
        RunItem.status.in_(UNSETTLED),
        sa.or_(RunItem.not_before.is_(None), RunItem.not_before <= db_now()),
    )
    for item in db.scalars(
        items.where(sa.or_(RunItem.lease_until.is_(None), RunItem.lease_until < db_now()))
    ):
        yield f"item {item}"
    status = db.scalar(sa.select(Run.status).where(Run.id == run_pk))
    at_work = status in (RunStatus.RUNNING, RunStatus.CANCELLING)
    if at_work and db.scalar(due.limit(1)) and not db.scalar(alive.limit(1)):
        yield "run"


def _problems_of_items(db: Session, run: Run) -> Iterable[str]:
    for stage in run.stages:
        items = db.scalars(sa.select(RunItem).where(RunItem.stage_run_id == stage.id)).all()
        place = f"stage {stage.number} ({stage.slug})"
        counted = Counter(item.status for item in items)
        told = {
            ItemStatus.DONE: stage.processed,
            ItemStatus.FAILED: stage.failed,
            ItemStatus.SKIPPED: stage.skipped,
        }
        for status, number in told.items():
            if counted[status] != number:
                yield f"I2: {place} says {number} {status}, {counted[status]} are"
        if len(items) != stage.total:
            yield f"I1: {place} has {len(items)} items of {stage.total}"
        for item in items:
            if not run.is_live and item.status in UNSETTLED:
                yield f"I1: {place}: item {item.item_id} is still {item.status}"
            if item.status != ItemStatus.PROCESSING and item.lease_token:
                yield f"I5: {place}: item {item.item_id} is {item.status} and leased"
            if item.status == ItemStatus.FAILED and not item.error:
                yield f"I1: {place}: item {item.item_id} failed without a reason"


def _problems_of_costs(db: Session, run: Run, peer: AiPeer | None) -> Iterable[str]:
    mine = sa.select(StageRun.id).where(StageRun.run_id == run.id)
    items = sa.select(RunItem.id).where(RunItem.stage_run_id.in_(mine))
    calls = db.scalars(sa.select(AiCall).where(AiCall.run_item_id.in_(items))).all()
    sums = {
        "its stages": sum(stage.cost for stage in run.stages),
        "its items": db.scalar(
            sa.select(sa.func.sum(RunItem.cost)).where(RunItem.stage_run_id.in_(mine))
        ),
        "its calls": sum(call.cost for call in calls),
    }
    for what, dollars in sums.items():
        if (dollars or 0) != run.cost:
            yield f"I4: the run cost {run.cost} $, {what} {dollars} $"
    if peer is not None:
        counted = sum(sum((call.usage or {}).values()) for call in calls)
        delivered = sum(c.usage["total_tokens"] for c in peer.calls if c.answered and c.usage)
        if counted != delivered:
            yield f"I4: {counted} tokens were counted, {delivered} delivered"
