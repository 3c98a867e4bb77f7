"""A worker is told to stop: it finishes what it has in hand, leaves the rest, and is gone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from igny8_web.cli import enable_migrations
from igny8_web.models import Lane, Run
from igny8_web.platform.processes import OWNER, managed

from ..engine import items_of, reading
from ..peers.ai import AiPeer
from ..platform.helpers import Program, until
from ..ports import free_port
from ..servers import GIVEN_UP_SOON, PLAIN_RQ, StartWorker
from .conftest import RESUMED_WITHIN, attempts, in_hand, is_over
from .invariants import Watch
from .processes import alive, family

pytestmark = pytest.mark.each_database

SLICE_SECONDS = 20
"""As configured by default: whoever stops takes no longer than this."""
POOL = ("worker",)
PYTHON = ("igny8_web",)
MAKE = ("make", "-o", "setup", "run")
"""``-o``: what is installed is not looked at."""
NOT_OWNED = {OWNER: ""}
"""By the test: `make run` owns its children, and ends whom an earlier one left behind."""


def the_parent(worker: Program) -> None:
    """As ``kill`` does, or ``docker stop``."""
    worker.send(signal.SIGTERM)


def every_process(worker: Program) -> None:
    """As systemd does."""
    for pid in family(worker):
        os.kill(pid, signal.SIGTERM)


def the_group(worker: Program) -> None:
    """As Ctrl-C does."""
    os.killpg(worker.popen.pid, signal.SIGINT)


def until_heard(redis_url: str) -> None:
    """Until a worker noted that it is to stop.

    Or for a while: a signal that the kernel gives to another of its threads is noted when the main
    thread, which waits for the provider, has its answer.
    """

    def heard() -> bool:
        with Redis.from_url(redis_url) as client:
            workers = client.scan_iter("rq:worker:*", _type="HASH")
            return any(client.hexists(name, "shutdown_requested_date") for name in workers)

    with suppress(AssertionError):
        until(heard, 3)


@pytest.mark.parametrize("tell", [the_parent, every_process, the_group])
@pytest.mark.parametrize("words", [PLAIN_RQ, POOL], ids=["rq worker", "worker.py"])
def test_what_is_in_hand_is_finished_and_the_rest_is_left_to_the_next(
    run: Run,
    watch: Watch,
    held: AiPeer,
    ai_worker: StartWorker,
    redis_url: str,
    words: tuple[str, ...],
    tell: Callable[[Program], None],
) -> None:
    first = ai_worker(*words, IGNY8_WORKERS="1")
    in_hand(held)
    processes = family(first)
    told_at = time.monotonic()
    tell(first)
    until_heard(redis_url)
    held.release()
    assert first.wait() == 0, first.said
    assert time.monotonic() - told_at < SLICE_SECONDS
    assert not any(map(alive, processes))

    assert [item.status for item in items_of(run.stages[0])] == ["done", "pending", "pending"]
    with reading() as db:
        assert set(db.scalars(sa.select(Lane.token))) == {None}, "no lane is left to run out"

    ai_worker(*words)
    until(lambda: is_over(run))
    assert attempts(run) == [1, 1, 1]
    assert len(held.calls) == 3


def test_who_is_told_twice_stops_at_once_and_the_item_is_done_by_another(
    run: Run,
    watch: Watch,
    held: AiPeer,
    ai_worker: StartWorker,
    reconciler: Program,
    redis_url: str,
) -> None:
    """As somebody does who presses Ctrl-C again, or an operator who has no time."""
    first = ai_worker(**GIVEN_UP_SOON)
    in_hand(held)
    first.send(signal.SIGTERM)
    until_heard(redis_url)
    until(lambda: first.popen.poll() is not None or first.send(signal.SIGTERM))
    held.release()
    ai_worker()

    until(lambda: is_over(run), RESUMED_WITHIN)
    assert attempts(run) == [2, 1, 1]


@pytest.mark.slow(seconds=30)
@pytest.mark.parametrize(
    ("command", "tell"), [(MAKE, the_group), (MAKE, the_parent), (PYTHON, the_parent)]
)
def test_make_run_ends_within_the_slice_and_goes_on_where_it_was(
    app: Flask,
    run: Run,
    watch: Watch,
    held: AiPeer,
    ai_worker: StartWorker,
    redis_url: str,
    command: tuple[str, ...],
    tell: Callable[[Program], None],
) -> None:
    enable_migrations(app)
    flask_migrate.stamp()  # the tables are there
    stack = ai_worker(*command, PORT=str(free_port()), **NOT_OWNED)
    until(lambda: len(held.waiting) == 2, 60)
    told_at = time.monotonic()
    tell(stack)
    until_heard(redis_url)
    held.release()
    stack.wait(SLICE_SECONDS)
    assert time.monotonic() - told_at < SLICE_SECONDS
    assert "killing" not in stack.said
    assert managed(stack.owner) == {}
    assert [item.status for item in items_of(run.stages[0])] == ["done", "done", "pending"]

    ai_worker(*PYTHON, PORT=str(free_port()), **NOT_OWNED)
    until(lambda: is_over(run), 60)
    assert attempts(run) == [1, 1, 1]
