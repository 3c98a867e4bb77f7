"""The engine in one process: a bell in place of Redis, and jobs that are answered on demand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis
from sqlalchemy.orm import Session

from igny8_web import jobs, queue
from igny8_web.db import db_now
from igny8_web.extensions import session, transaction
from igny8_web.models import Lane, Run, RunItem, Site, StageRun
from igny8_web.pipeline.claims import HeldLane, take_lane
from igny8_web.pipeline.runner import LaneAtWork
from igny8_web.pipeline.stages import stage_by_slug
from igny8_web.pipeline.tools import tools_for_site

from .factories import make_site
from .fakes import FakeProvider


class Rings:
    """Stands where Redis does: keeps the bells until the test wants them answered."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.waiting: deque[queue.Bell] = deque()
        self.all: list[queue.Bell] = []

    def ring(self, redis: Redis, bells: Sequence[queue.Bell]) -> bool:
        self.waiting += bells
        self.all += bells
        return True

    def queued(self, redis: Redis) -> frozenset[str]:
        return frozenset(bell.job_id for bell in self.waiting)

    def answer(self) -> None:
        """Do the next job, in a context of its own."""
        bell = self.waiting.popleft()
        with self._app.app_context():
            getattr(jobs, bell.function.rpartition(".")[2])(*bell.args)

    def answer_all(self) -> None:
        """Do the jobs, and those that they ring for, until it is quiet."""
        while self.waiting:
            self.answer()

    def forget(self) -> None:
        """Lose every job, as a Redis that was emptied."""
        self.waiting.clear()


@pytest.fixture
def rings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Rings:
    """Every ring of the test's process."""
    rings = Rings(app)
    monkeypatch.setattr(queue, "ring", rings.ring)
    monkeypatch.setattr(queue, "queued", rings.queued)
    return rings


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """The provider of all text and images in the test's process."""
    fake = FakeProvider()
    monkeypatch.setattr("igny8_web.providers._load", lambda place, *settings: fake)
    return fake


@pytest.fixture
def site(app: Flask) -> Site:
    """A site without anything."""
    with transaction() as db:
        return make_site(db)


@pytest.fixture
def side_by_side(app: Flask) -> Callable[..., list[Any]]:
    """Call functions at once, each in a thread and an app context; errors are results too."""

    def call(*functions: Callable[[], Any]) -> list[Any]:
        def in_context(function: Callable[[], Any]) -> Any:
            with app.app_context():
                return function()

        with ThreadPoolExecutor(len(functions)) as pool:
            futures: list[Future[Any]] = [pool.submit(in_context, f) for f in functions]
        return [future.exception() or future.result() for future in futures]

    return call


@contextmanager
def reading() -> Iterator[Session]:
    """A session that sees what others have committed."""
    db = session()
    db.rollback()
    db.expire_all()  # rollback() forgets nothing where no transaction was under way
    yield db
    db.rollback()


def refreshed(run: Run) -> Run:
    """The run as it stands in the database now."""
    with reading() as db:
        return db.get_one(Run, run.id)


def stage_of(run: Run, slug: str) -> StageRun:
    """The stage of the run as it stands in the database now."""
    return next(stage for stage in refreshed(run).stages if stage.slug == slug)


def items_of(stage_run: StageRun) -> list[RunItem]:
    """Its items in order, as they stand in the database now."""
    query = sa.select(RunItem).where(RunItem.stage_run_id == stage_run.id)
    with reading() as db:
        return list(db.scalars(query.order_by(RunItem.position)))


def take(stage_run: StageRun, lease_seconds: int = 60) -> HeldLane:
    """A lane of the stage run, taken as a job takes it."""
    with transaction() as db:
        lane = take_lane(db, stage_run.id, lease_seconds)
    assert lane is not None
    return lane


def at_work(stage_run: StageRun) -> LaneAtWork:
    """A job's stay in a lane, to be taken step by step."""
    run, stage = stage_run.run, stage_by_slug(stage_run.slug)
    tools = tools_for_site(run.site_id)
    return LaneAtWork(take(stage_run), run, stage, tools, stage.batch(tools))


def let_leases_run_out(stage_run: StageRun) -> None:
    """What a minute of silence does: every lease of the stage run ended a second ago."""
    with transaction() as db:
        for model in (Lane, RunItem):
            db.execute(
                sa.update(model)
                .where(model.stage_run_id == stage_run.id, model.lease_until.is_not(None))
                .values(lease_until=db_now(-1))
            )


def let_backoff_pass(stage_run: StageRun) -> None:
    """What waiting does: failed attempts may be repeated, and lanes are rested."""
    with transaction() as db:
        db.execute(
            sa.update(Lane)
            .where(Lane.stage_run_id == stage_run.id, Lane.rung_at.is_not(None))
            .values(rung_at=db_now(-60))
        )
        db.execute(
            sa.update(RunItem)
            .where(RunItem.stage_run_id == stage_run.id, RunItem.not_before.is_not(None))
            .values(not_before=db_now(-1))
        )
