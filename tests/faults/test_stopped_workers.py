"""Processes that freeze past their lease and wake up late: what they did counts for nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web.models import Run

from ..databases import TABLES
from ..engine import reading
from ..peers.ai import AiPeer
from ..platform.helpers import until
from ..servers import GIVEN_UP_SOON, StartWorker
from .conftest import RESUMED_WITHIN, attempts, in_hand, is_over
from .invariants import Watch
from .processes import alive, children, job_of, kill

pytestmark = pytest.mark.usefixtures("reconciler")

BILLS = {"cost", "rev"}
"""Columns in which a late answer is noted all the same: it has to be paid."""


def rows() -> dict[str, list[Any]]:
    """Every row there is, apart from calls, what they cost, and who is awake.

    A ring that was one too many takes a lane for a moment, also when all is done.
    """
    with reading() as db:
        return {
            name: sorted(
                db.execute(sa.select(*(c for c in table.c if c.name not in BILLS))), key=str
            )
            for name, table in TABLES.items()
            if name not in ("ai_call", "beat", "lane")
        }


def stop(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)


def wake(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.each_database
def test_a_frozen_process_that_wakes_up_late_changes_no_row(
    run: Run, watch: Watch, held: AiPeer, ai_worker: StartWorker
) -> None:
    first = ai_worker(**GIVEN_UP_SOON)
    in_hand(held)
    frozen = job_of(first)
    stop(frozen)
    ai_worker()
    in_hand(held, 2)
    held.release()
    until(lambda: is_over(run), RESUMED_WITHIN)
    assert attempts(run) == [2, 1, 1]

    before = rows()
    wake(frozen)
    until(lambda: not alive(frozen))
    assert rows() == before


@pytest.mark.each_database
def test_a_frozen_worker_of_the_pool_that_wakes_up_late_changes_no_row(
    run: Run, watch: Watch, held: AiPeer, ai_worker: StartWorker
) -> None:
    first = ai_worker("worker", IGNY8_WORKERS="1", **GIVEN_UP_SOON)
    in_hand(held)
    frozen = children(first.popen.pid)
    stop(*frozen)
    ai_worker()
    in_hand(held, 2)
    held.release()
    until(lambda: is_over(run), RESUMED_WITHIN)

    before, calls = rows(), len(held.calls)
    wake(*frozen)
    first.until_said("its late results change nothing")
    assert rows() == before
    assert len(held.calls) == calls, "it asks for nothing more"


@pytest.mark.each_database
def test_an_answer_that_came_late_is_not_bought_again(
    run: Run, watch: Watch, held: AiPeer, ai_worker: StartWorker
) -> None:
    worker = ai_worker(**GIVEN_UP_SOON)
    in_hand(held)
    frozen = job_of(worker)
    stop(frozen)
    until(lambda: watch.said("Recovering"))
    held.release()
    until(lambda: watch.seen[-1].up_next and not watch.seen[-1].currently_processing)

    wake(frozen)

    until(lambda: is_over(run), RESUMED_WITHIN)
    assert len(held.calls) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_a_process_that_freezes_with_rows_locked_holds_nobody_up(
    run: Run,
    watch: Watch,
    peer: AiPeer,
    ai_worker: StartWorker,
    dying_worker: Callable[..., Path],
) -> None:
    """Only on PostgreSQL: SQLite's one lock is the kernel's, and held as long as its holder."""
    died = dying_worker("FreezesInATransaction")
    until(died.exists)
    ai_worker()

    until(lambda: is_over(run), RESUMED_WITHIN)
    kill(int(died.read_text()))
