"""Making Redis and the workers catch up with the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web import queue
from igny8_web.db import db_now
from igny8_web.extensions import transaction
from igny8_web.models import Beat, Lane, Run, RunItem, Site, StageRun
from igny8_web.pipeline import reconciler
from igny8_web.pipeline.progress import LEFT
from igny8_web.pipeline.reconciler import RING_PATIENCE_SECONDS, reconcile
from igny8_web.services import automation

from ..engine import (
    Rings,
    at_work,
    items_of,
    let_leases_run_out,
    reading,
    refreshed,
    stage_of,
    take,
)
from ..factories import make_content
from .conftest import StartIdeas

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("provider")]


def crash(stage_run: StageRun) -> None:
    """A worker that claims and is never heard of again."""
    at_work(stage_run).step([], None, lost=False)
    let_leases_run_out(stage_run)


def rung_ago(stage_run: StageRun, seconds: float) -> None:
    with transaction() as db:
        mine = sa.update(Lane).where(Lane.stage_run_id == stage_run.id)
        db.execute(mine.where(Lane.rung_at.is_not(None)).values(rung_at=db_now(-seconds)))


def mended() -> list[str]:
    return [str(each) for each in reconcile()]


def rung_at(stage_run: StageRun) -> list[bool]:
    """Whether each lane is noted as rung."""
    with reading() as db:
        found = sa.select(Lane.rung_at).where(Lane.stage_run_id == stage_run.id)
        return [when is not None for when in db.scalars(found.order_by(Lane.number))]


def test_there_is_nothing_to_mend_where_all_is_well(start_ideas: StartIdeas) -> None:
    run = start_ideas(3)
    at_work(run.stages[0]).step([], None, lost=False)

    assert mended() == []


def test_items_of_a_silent_worker_are_freed_and_worked_by_another(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(1)
    crash(run.stages[0])
    rings.forget()

    [item] = items_of(run.stages[0])
    assert mended() == [
        f"{run.run_id} stage 2: took item {item.item_id} back from a silent worker",
        f"{run.run_id} stage 2: rang lane 1",
    ]

    [item] = items_of(run.stages[0])
    assert (item.status, item.error) == ("pending", LEFT)
    rings.answer_all()
    [item] = items_of(run.stages[0])
    assert (item.status, item.attempts, item.error) == ("done", 2, None)


def test_an_item_that_crashed_its_worker_three_times_is_failed(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(1)
    for _ in range(2):
        crash(run.stages[0])
        reconcile()
    crash(run.stages[0])

    [item] = items_of(run.stages[0])
    assert mended() == [
        f"{run.run_id} stage 2: failed item {item.item_id} after 3 tries",
        f"{run.run_id} stage 2: closed",
    ]

    [item] = items_of(run.stages[0])
    assert item.status == "failed"
    assert item.error == "The worker stopped 3 times while working on this item."
    assert refreshed(run).status == "failed"


def test_a_picture_that_crashed_its_worker_three_times_does_not_hold_its_article(
    site: Site, rings: Rings
) -> None:
    with transaction() as db:
        content = make_content(db, site, images=1)
    run = automation.run_stage(site, "draw-images", [content.images[0].id])
    for _ in range(3):
        crash(run.stages[0])
        reconcile()

    with transaction():
        assert content.status == "review"
        assert content.images[0].status == "failed"


def test_a_live_claim_is_left_alone(start_ideas: StartIdeas) -> None:
    run = start_ideas(2)
    crash(run.stages[0])
    at_work(run.stages[0]).step([], None, lost=False)
    alive = [i.id for i in items_of(run.stages[0]) if i.attempts == 1 and i.position == 2]

    reconcile()

    assert [i.id for i in items_of(run.stages[0]) if i.status == "processing"] == alive


def test_rings_that_were_lost_are_repeated_when_patience_is_over(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(2)
    rings.forget()
    rung_ago(run.stages[0], RING_PATIENCE_SECONDS - 5)
    assert mended() == [], "a worker may have taken the job just now"

    rung_ago(run.stages[0], RING_PATIENCE_SECONDS + 1)
    assert mended() == [f"{run.run_id} stage 2: rang lane {n}" for n in (1, 2)]

    assert len({bell.job_id for bell in rings.all}) == len(rings.all), "RQ refuses used ids"
    rings.answer_all()
    assert refreshed(run).status == "completed"


def test_a_job_that_is_still_in_its_queue_is_waited_for_however_long(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(2)
    rung_ago(run.stages[0], 3600)
    assert mended() == []

    rings.waiting.popleft()

    assert mended() == [f"{run.run_id} stage 2: rang lane 1"]


def test_while_redis_is_away_rings_are_taken_back_and_repeated_at_once_when_it_is_there(
    start_ideas: StartIdeas, rings: Rings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_ideas(2)
    rings.forget()
    rung_ago(run.stages[0], RING_PATIENCE_SECONDS + 1)
    before = refreshed(run).rev
    with monkeypatch.context() as away:
        away.setattr(queue, "queued", lambda redis: None)
        assert mended() == []
        assert rung_at(run.stages[0]) == [False, False]
        after = refreshed(run).rev
        assert after == before + 1, "the card says what is waited for"
        assert mended() == []
        assert refreshed(run).rev == after, "once"

    assert mended() == [f"{run.run_id} stage 2: rang lane {n}" for n in (1, 2)]
    assert refreshed(run).rev > after


def test_a_job_that_survived_redis_is_a_duplicate_without_effect(
    start_ideas: StartIdeas, rings: Rings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_ideas(2)
    rung_ago(run.stages[0], RING_PATIENCE_SECONDS + 1)
    with monkeypatch.context() as away:
        away.setattr(queue, "queued", lambda redis: None)
        reconcile()
    reconcile()

    rings.answer_all()

    assert len(rings.all) == 4
    assert {item.attempts for item in items_of(run.stages[0])} == {1}


def test_a_run_that_cannot_be_looked_after_stops_no_other(
    start_ideas: StartIdeas,
    rings: Rings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, whole = start_ideas(1), start_ideas(1)
    for run in (broken, whole):
        crash(run.stages[0])
    free = reconciler._free_expired

    def fail(db: Any, run: Run, stage_run: StageRun) -> Any:
        if run.id == broken.id:
            raise ZeroDivisionError
        return free(db, run, stage_run)

    monkeypatch.setattr(reconciler, "_free_expired", fail)

    assert {each.run_id for each in reconcile()} == {whole.run_id}
    assert f"could not look after run {broken.id}" in caplog.text


def test_each_round_leaves_its_time(site: Site, rings: Rings) -> None:
    times = []
    for _ in range(2):
        reconcile()
        with reading() as db:
            times += db.scalars(sa.select(Beat.seen_at).where(Beat.name == "reconciler"))

    assert times[0] < times[1]


def test_duplicate_rings_have_no_effect(start_ideas: StartIdeas, rings: Rings) -> None:
    run = start_ideas(3)
    rings.ring(None, list(rings.all))  # type: ignore[arg-type]

    rings.answer_all()

    assert {item.attempts for item in items_of(run.stages[0])} == {1}
    assert stage_of(run, "develop-ideas").processed == 3


def test_a_stage_whose_items_are_all_settled_is_closed(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(2)
    with transaction() as db:
        db.execute(sa.update(RunItem).values(status="done"))

    assert mended() == [f"{run.run_id} stage 2: closed"]

    assert refreshed(run).status == "completed"


def test_a_cancelled_run_whose_worker_died_ends(start_ideas: StartIdeas) -> None:
    run = start_ideas(2)
    at_work(run.stages[0]).step([], None, lost=False)
    automation.cancel(run)
    assert mended() == []
    let_leases_run_out(run.stages[0])

    reconcile()

    ended = refreshed(run)
    assert (ended.status, ended.stages[0].skipped) == ("cancelled", 2)


def test_a_paused_run_gets_its_items_back_but_is_not_rung(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(1)
    crash(run.stages[0])
    automation.pause(run)
    rings.forget()

    [item] = items_of(run.stages[0])
    assert mended() == [f"{run.run_id} stage 2: took item {item.item_id} back from a silent worker"]

    assert not rings.waiting
    automation.resume(run)
    rings.answer_all()
    assert refreshed(run).status == "completed"


def test_a_lane_that_was_taken_and_lost_before_any_claim_is_rung_again(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(1)
    take(run.stages[0])
    let_leases_run_out(run.stages[0])
    rings.forget()

    assert mended() == [f"{run.run_id} stage 2: rang lane 1"]


def test_ended_runs_are_left_alone(start_ideas: StartIdeas, rings: Rings) -> None:
    run = start_ideas(2)
    automation.cancel(run)
    rev = refreshed(run).rev
    rung_ago(run.stages[0], 3600)

    assert mended() == []
    assert refreshed(run).rev == rev


def test_two_reconcilers_at_once_do_no_harm(
    start_ideas: StartIdeas, rings: Rings, side_by_side: Callable[..., list[Any]]
) -> None:
    run = start_ideas(3)
    for _ in range(3):
        crash(run.stages[0])
    rings.forget()

    lines = side_by_side(reconcile, reconcile)

    everything = [str(each) for some in lines for each in some]
    assert sorted(everything) == sorted(set(everything)), "nothing is mended twice"
    rings.answer_all()
    ended = refreshed(run)
    assert (ended.status, ended.stages[0].processed) == ("completed", 3)


def test_each_live_run_is_looked_after(start_ideas: StartIdeas, site: Site, rings: Rings) -> None:
    runs: list[Run] = [start_ideas(1), start_ideas(1)]
    for run in runs:
        crash(run.stages[0])
    rings.forget()

    lines = reconcile()

    assert [each.run_id for each in lines] == [r.run_id for r in runs for _ in range(2)]
