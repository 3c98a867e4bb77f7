"""Crashes between two steps that belong together: the start of a run, and a paid answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import AiCall, Run, RunItem, RunStatus, Site
from igny8_web.pipeline.calls import ASKED_TWICE
from igny8_web.services import automation

from ..engine import items_of, reading, refreshed
from ..factories import make_clusters, make_keywords
from ..peers.ai import AiPeer
from ..platform.helpers import until
from ..servers import GIVEN_UP_SOON, StartWorker
from .conftest import in_hand, is_over
from .invariants import Watch
from .processes import job_of, kill

pytestmark = [
    pytest.mark.slow,
    pytest.mark.each_database,
    pytest.mark.usefixtures("reconciler"),
]


def runs() -> list[Run]:
    with reading() as db:
        return list(db.scalars(sa.select(Run)))


def calls() -> list[str]:
    with reading() as db:
        return [str(status) for status in db.scalars(sa.select(AiCall.status).order_by(AiCall.id))]


@pytest.mark.parametrize("moment", ["committed", "rung"])
def test_a_start_whose_process_dies_is_one_run_and_a_second_click_is_the_same(
    site: Site,
    watched: Callable[..., Watch],
    peer: AiPeer,
    ai_worker: StartWorker,
    worker: StartWorker,
    moment: str,
) -> None:
    with transaction() as db:
        make_keywords(db, site, 6)
    starter = worker("tests.faults.dying_starter", MOMENT=moment)
    assert starter.wait() == -9, starter.said
    [run] = runs()
    watched(run, peer=peer)

    with pytest.raises(automation.AlreadyRunning, match=run.run_id):
        automation.run_now(site)
    ai_worker()
    ai_worker("worker", IGNY8_WORKERS="1")

    until(lambda: is_over(run), 60)
    assert [each.id for each in runs()] == [run.id]
    with reading() as db:
        asked = sa.select(sa.func.count(RunItem.id)).where(RunItem.attempts > 1)
        assert db.scalar(asked) == 0
    assert set(calls()) == {"used"}


def test_an_answer_that_was_recorded_before_the_crash_is_used_and_not_bought_again(
    run: Run, watch: Watch, peer: AiPeer, dying_worker: Callable[..., Path]
) -> None:
    died = dying_worker("DiesBeforeItStores")

    until(lambda: is_over(run), 40)

    assert died.exists()
    assert [item.attempts for item in items_of(run.stages[0])] == [2, 1, 1]
    assert len(peer.calls) == 3
    assert (calls(), refreshed(run).why) == (["used"] * 3, None)


def test_a_call_whose_answer_was_never_recorded_is_repeated_once_and_shown_as_such(
    run: Run, watch: Watch, held: AiPeer, ai_worker: StartWorker
) -> None:
    worker = ai_worker(**GIVEN_UP_SOON)
    in_hand(held)
    kill(job_of(worker))
    held.release()

    until(lambda: is_over(run), 40)

    assert (calls().count("lost"), calls().count("used")) == (1, 3)
    why = refreshed(run).why
    assert why == "1 call was asked twice: the worker stopped before its answer was recorded."


def test_a_call_is_never_made_a_third_time(
    site: Site, watched: Callable[..., Watch], held: AiPeer, ai_worker: StartWorker
) -> None:
    with transaction() as db:
        [cluster] = make_clusters(db, site, 1)
    run = automation.run_stage(site, "develop-ideas", [cluster.id])
    watched(run, peer=held, ends=RunStatus.FAILED)
    worker = ai_worker(**GIVEN_UP_SOON)
    for times in (1, 2):
        in_hand(held, times)
        kill(job_of(worker))
    held.release()

    until(lambda: is_over(run), 40)

    until(lambda: not held.in_flight)
    assert (len(held.calls), calls()) == (2, ["lost", "lost"])
    assert items_of(run.stages[0])[0].error == ASKED_TWICE
