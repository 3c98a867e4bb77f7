"""From one stage to the next, and to the end."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Cluster, Run, RunItem, Site
from igny8_web.pipeline.advance import close_stage
from igny8_web.pipeline.outcome import closing_line
from igny8_web.pipeline.stages import STAGES
from igny8_web.providers.base import ProviderError
from igny8_web.services import automation

from ..engine import Rings, at_work, items_of, reading, refreshed, stage_of
from ..factories import make_clusters, make_idea, make_keywords, make_task
from ..fakes import FakeProvider, busy, no_money, nonsense
from .conftest import StartIdeas

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("provider")]


def test_the_last_settlement_closes_its_stage_and_opens_the_next(site: Site, rings: Rings) -> None:
    with transaction() as db:
        make_keywords(db, site, 4)
    run = automation.run_now(site)
    assert [s.status for s in run.stages] == ["running", *["pending"] * (len(STAGES) - 1)]

    rings.answer()

    after = refreshed(run)
    assert [s.status for s in after.stages][:3] == ["completed", "running", "pending"]
    assert (after.current_stage, after.stages[1].total) == (2, 2)
    assert after.stages[0].result == "2 clusters from 4 keywords"
    assert after.stages[0].finished_at is not None


def test_a_stage_is_closed_once_however_many_try(start_ideas: StartIdeas, rings: Rings) -> None:
    run = start_ideas(1)
    rings.answer_all()
    before = refreshed(run).rev

    with transaction() as db:
        again = db.get_one(Run, run.id)
        assert not close_stage(db, again, again.stages[0])

    assert refreshed(run).rev == before


def test_stages_with_nothing_waiting_say_so_and_are_passed(site: Site, rings: Rings) -> None:
    with transaction() as db:
        make_idea(db, site)
        db.execute(sa.update(Cluster).values(status="mapped"))

    run = automation.run_now(site)

    assert run.current_stage == 3
    assert [s.result for s in run.stages[:2]] == ["nothing was waiting"] * 2
    rings.answer_all()
    assert refreshed(run).status == "completed"


def test_a_run_of_a_site_where_nothing_waits_is_over_at_once(site: Site, rings: Rings) -> None:
    run = automation.run_now(site)

    assert (run.status, rings.all) == ("completed", [])
    assert run.finished_at is not None
    assert {s.result for s in run.stages} == {"nothing was waiting"}


def test_a_total_is_the_snapshot_while_rows_come_and_go(site: Site, rings: Rings) -> None:
    with transaction() as db:
        first = make_clusters(db, site, 3)
    run = automation.run_now(site)
    step = at_work(run.stages[1])
    outcomes = step.work(step.step([], None, lost=False))
    with transaction() as db:
        make_clusters(db, site, 5)
        db.execute(sa.update(Cluster).where(Cluster.id == first[2].id).values(status="mapped"))
    seen = set()
    while batches := step.step(outcomes, None, lost=False):
        seen.add(stage_of(run, "develop-ideas").total)
        outcomes = step.work(batches)

    stage = stage_of(run, "develop-ideas")
    assert seen | {stage.total} == {3}
    assert (stage.settled, stage.status) == (3, "completed")


def test_a_run_in_which_everything_failed_has_failed_for_the_commonest_reason(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(2)
    provider.always("develop-ideas", nonsense())

    rings.answer_all()

    ended = refreshed(run)
    assert (ended.status, ended.why) == ("failed", "The request was refused.")
    assert ended.stages[0].status == "failed"


def test_a_run_in_which_something_came_out_is_completed_failures_and_all(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(2)
    provider.will("develop-ideas", nonsense())

    rings.answer_all()

    assert (refreshed(run).status, refreshed(run).why) == ("completed", None)


def test_a_run_in_which_everything_failed_is_not_told_as_one_without_work(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(2)
    provider.always("develop-ideas", ProviderError("Out of\npaint. " * 100))

    rings.answer_all()

    line = closing_line(refreshed(run))
    assert re.match(r"Run failed in .+ s\. 2 items failed\. Out of paint\. Out of .+…$", line)
    assert len(line) < 300


# ---- pause and resume ------------------------------------------------------------------


def test_a_queued_run_that_is_paused_does_nothing_until_it_is_resumed(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(2)
    automation.pause(run)
    rings.answer_all()
    assert (refreshed(run).status, provider.asked) == ("paused", [])

    automation.resume(run)
    assert refreshed(run).status == "queued"
    rings.answer_all()
    assert refreshed(run).status == "completed"


def test_pausing_lets_what_is_in_hand_be_finished_and_claims_nothing_more(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(3)
    step = at_work(run.stages[0])
    batches = step.step([], None, lost=False)
    automation.pause(run)

    assert step.step(step.work(batches), None, lost=False) == []

    stage = stage_of(run, "develop-ideas")
    assert (refreshed(run).status, stage.processed) == ("paused", 1)
    automation.resume(run)
    rings.answer_all()
    assert (refreshed(run).status, stage_of(run, "develop-ideas").processed) == ("completed", 3)


def test_pausing_during_the_last_item_of_a_stage_holds_the_next_stage(
    site: Site, rings: Rings
) -> None:
    with transaction() as db:
        make_clusters(db, site, 1)
    run = automation.run_now(site)
    step = at_work(run.stages[1])
    batches = step.step([], None, lost=False)
    automation.pause(run)
    rings.forget()
    step.step(step.work(batches), None, lost=False)

    assert (refreshed(run).status, refreshed(run).current_stage) == ("paused", 3)
    assert not rings.waiting
    automation.resume(run)
    rings.answer_all()
    assert refreshed(run).status == "completed"


def test_only_a_run_at_work_is_paused_and_only_a_paused_one_resumed(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(1)
    with pytest.raises(automation.WrongState, match="queued cannot be resumed"):
        automation.resume(run)
    automation.pause(run)
    with pytest.raises(automation.WrongState, match="paused cannot be paused"):
        automation.pause(run)
    automation.resume(run)
    rings.answer_all()
    for verb in (automation.pause, automation.resume, automation.cancel):
        with pytest.raises(automation.WrongState, match="completed cannot be"):
            verb(run)


# ---- cancel ----------------------------------------------------------------------------


@pytest.mark.parametrize("paused", [False, True], ids=["queued", "paused"])
def test_a_run_with_nothing_in_hand_is_cancelled_at_once(
    site: Site, rings: Rings, provider: FakeProvider, paused: bool
) -> None:
    with transaction() as db:
        make_clusters(db, site, 3)
    run = automation.run_now(site)
    if paused:
        automation.pause(run)

    automation.cancel(run)

    ended = refreshed(run)
    assert (ended.status, ended.stages[1].skipped) == ("cancelled", 3)
    assert {s.status for s in ended.stages[2:]} == {"skipped"}
    rings.answer_all()
    assert provider.asked == []


def test_cancelling_finishes_what_is_in_hand_and_skips_the_rest(
    start_ideas: StartIdeas,
) -> None:
    run = start_ideas(3)
    step = at_work(run.stages[0])
    batches = step.step([], None, lost=False)

    automation.cancel(run)
    assert refreshed(run).status == "cancelling"
    step.step(step.work(batches), None, lost=False)

    ended = refreshed(run)
    assert (ended.status, ended.stages[0].processed, ended.stages[0].skipped) == ("cancelled", 1, 2)
    assert ended.finished_at is not None


@pytest.mark.parametrize("error", [busy(), no_money(), nonsense()], ids=["busy", "fatal", "final"])
def test_a_cancelled_run_ends_although_its_last_item_fails(
    start_ideas: StartIdeas, provider: FakeProvider, error: Exception
) -> None:
    run = start_ideas(2)
    provider.always("develop-ideas", error)
    step = at_work(run.stages[0])
    batches = step.step([], None, lost=False)
    automation.cancel(run)

    step.step(step.work(batches), None, lost=False)

    ended = refreshed(run)
    assert ended.status == "cancelled"
    assert ended.stages[0].settled == ended.stages[0].total == 2


def test_a_cancelled_selection_gives_its_items_back(start_ideas: StartIdeas, site: Site) -> None:
    run = start_ideas(2)
    ids = [item.item_id for item in items_of(run.stages[0])]

    automation.cancel(run)

    assert automation.run_stage(site, "develop-ideas", ids).stages[0].total == 2


def test_a_run_over_chosen_items_works_these_and_no_others(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        tasks = [make_task(db, site) for _ in range(4)]
    chosen = [tasks[1].id, tasks[3].id]

    run = automation.run_stage(site, "write-content", chosen)
    rings.answer_all()

    assert [brief.task_id for _, brief in provider.asked] == chosen
    assert refreshed(run).status == "completed"
    assert {bell.queue for bell in rings.all} == {"igny8-manual"}


def test_items_that_a_live_run_has_are_left_out_of_another(
    start_ideas: StartIdeas, site: Site, rings: Rings
) -> None:
    start_ideas(3)
    with transaction() as db:
        make_clusters(db, site, 2)

    both = automation.run_now(site)

    assert both.stages[1].total == 2
    rings.answer_all()
    with reading() as db:
        assert db.scalar(sa.select(sa.func.count(sa.distinct(RunItem.item_id)))) >= 5
        attempts = sa.select(RunItem.attempts).where(RunItem.stage == "develop-ideas")
        assert set(db.scalars(attempts)) == {1}
