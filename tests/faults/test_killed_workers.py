"""Processes are killed in the middle of an item; another does it, and it is done once."""

from __future__ import annotations

import pytest

from igny8_web.models import Run

from ..peers.ai import AiPeer
from ..platform.helpers import until
from ..servers import GIVEN_UP_SOON, StartWorker
from .conftest import RENEWED, RESUMED_WITHIN, attempts, in_hand, is_over, until_renewed
from .invariants import Watch
from .processes import alive, children, job_of, kill

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("reconciler")]


def test_an_item_whose_process_was_killed_is_done_by_another_and_once(
    run: Run, watch: Watch, held: AiPeer, ai_worker: StartWorker
) -> None:
    worker = ai_worker(**GIVEN_UP_SOON)
    in_hand(held)
    kill(job_of(worker))
    held.release()

    until(lambda: is_over(run), RESUMED_WITHIN)
    assert attempts(run) == [2, 1, 1]


def test_a_whole_worker_that_was_killed_is_replaced_by_another(
    run: Run, watch: Watch, held: AiPeer, ai_worker: StartWorker
) -> None:
    worker = ai_worker(**GIVEN_UP_SOON)
    in_hand(held)
    kill(worker.popen.pid, job_of(worker))
    held.release()

    ai_worker()

    until(lambda: is_over(run), RESUMED_WITHIN)
    assert attempts(run) == [2, 1, 1]


def test_a_job_that_outlives_its_killed_worker_finishes_its_work(
    run: Run, watch: Watch, held: AiPeer, ai_worker: StartWorker
) -> None:
    worker = ai_worker(**RENEWED)
    in_hand(held)
    job = job_of(worker)
    kill(worker.popen.pid)
    until_renewed(run)
    ai_worker()
    in_hand(held, 2)
    assert alive(job)
    held.release()

    until(lambda: is_over(run), RESUMED_WITHIN)
    assert attempts(run) == [1, 1, 1], "its heartbeat kept the lease"
    assert len(held.calls) == 3


def test_a_worker_of_the_pool_that_was_killed_is_replaced_by_the_pool(
    run: Run, watch: Watch, held: AiPeer, ai_worker: StartWorker
) -> None:
    pool = ai_worker("worker", IGNY8_WORKERS="1", **GIVEN_UP_SOON)
    in_hand(held)
    kill(*children(pool.popen.pid))
    held.release()

    until(lambda: is_over(run), RESUMED_WITHIN)
    assert attempts(run) == [2, 1, 1]
