"""Processes are killed in the middle of their work; nothing is lost and nothing is done twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from igny8_web.db import db_now
from igny8_web.extensions import transaction
from igny8_web.models import Idea, Lane, Run, Site
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.services import automation

from ..engine import items_of, reading, refreshed
from ..factories import make_clusters
from ..platform.helpers import Program, until
from ..servers import StartWorker
from .held_worker import Hold

HELD = (
    *("rq.cli", "worker", "--worker-class", "tests.faults.held_worker.HeldWorker"),
    *("--job-class", "igny8_web.queue.LaneJob"),
)


@pytest.fixture
def run(site: Site) -> Run:
    """Three clusters wait for ideas; their lanes are rung."""
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 3)]
    return automation.run_stage(site, "develop-ideas", ids)


@pytest.fixture
def held_worker(worker: StartWorker, hold: Hold) -> Callable[[], Program]:
    """Start a plain ``rq worker`` whose provider is held."""
    return lambda: worker(*HELD, HOLD=str(hold.folder))


def completed(run: Run) -> bool:
    """As the reconciler's process would, look after the runs until this one is over."""
    reconcile()
    return refreshed(run).status == "completed"


def ideas_per_cluster() -> list[int]:
    with reading() as db:
        return list(db.scalars(sa.select(sa.func.count(Idea.id)).group_by(Idea.cluster_id)))


def attempts(run: Run) -> list[int]:
    return [item.attempts for item in items_of(run.stages[0])]


def test_a_worker_that_is_told_to_stop_finishes_the_item_in_hand_and_leaves_the_rest(
    run: Run, hold: Hold, held_worker: Callable[[], Program], app: Flask
) -> None:
    first = held_worker()
    until(hold.pids)
    first.send(signal.SIGTERM)
    first.until_said("killed horse")  # what RQ says whatever the signal
    hold.release()
    assert first.wait() == 0

    statuses = [item.status for item in items_of(run.stages[0])]
    assert statuses == ["done", "pending", "pending"]
    with reading() as db:
        assert set(db.scalars(sa.select(Lane.token))) == {None}, "no lane is left to run out"

    held_worker()
    until(lambda: refreshed(run).status == "completed")
    assert attempts(run) == [1, 1, 1]
    assert ideas_per_cluster() == [1, 1, 1]


def test_an_item_whose_process_was_killed_is_done_by_another_and_once(
    run: Run, hold: Hold, held_worker: Callable[[], Program]
) -> None:
    held_worker()
    until(hold.pids)

    os.kill(hold.pids()[0], signal.SIGKILL)
    hold.release()

    until(lambda: completed(run))
    assert attempts(run) == [2, 1, 1]
    assert ideas_per_cluster() == [1, 1, 1]


def test_a_whole_worker_that_was_killed_is_replaced_by_another(
    run: Run, hold: Hold, held_worker: Callable[[], Program]
) -> None:
    first = held_worker()
    until(hold.pids)
    os.kill(first.popen.pid, signal.SIGKILL)
    os.kill(hold.pids()[0], signal.SIGKILL)
    hold.release()

    held_worker()

    until(lambda: completed(run))
    assert attempts(run) == [2, 1, 1]
    assert ideas_per_cluster() == [1, 1, 1]


def test_a_job_that_outlives_its_killed_worker_finishes_its_work(
    run: Run, hold: Hold, held_worker: Callable[[], Program]
) -> None:
    first = held_worker()
    until(hold.pids)
    os.kill(first.popen.pid, signal.SIGKILL)
    held_worker()
    until(lambda: len(hold.pids()) >= 2)
    hold.release()

    until(lambda: completed(run))
    assert attempts(run) == [1, 1, 1], "its heartbeat kept the lease"
    assert ideas_per_cluster() == [1, 1, 1]


def test_a_frozen_process_that_wakes_up_late_changes_nothing(
    run: Run, hold: Hold, held_worker: Callable[[], Program]
) -> None:
    held_worker()
    until(hold.pids)
    frozen = hold.pids()[0]
    os.kill(frozen, signal.SIGSTOP)
    held_worker()
    until(lambda: len(hold.pids()) >= 2)
    hold.release()

    until(lambda: completed(run))
    rev = refreshed(run).rev
    os.kill(frozen, signal.SIGCONT)
    until(lambda: not _alive(frozen))

    assert refreshed(run).rev == rev
    assert ideas_per_cluster() == [1, 1, 1]


def test_a_redis_that_lost_everything_loses_no_work(
    run: Run, hold: Hold, held_worker: Callable[[], Program], redis_url: str
) -> None:
    hold.release()
    with Redis.from_url(redis_url) as client:
        client.flushall()
    held_worker()
    with transaction() as db:
        db.execute(sa.update(Lane).values(rung_at=db_now(-60)))

    until(lambda: completed(run))

    assert ideas_per_cluster() == [1, 1, 1]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
