"""Pause, resume and cancel in every stage: what is in hand is finished, nothing goes on after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from igny8_web.extensions import session, transaction
from igny8_web.models import WORKABLE, ItemStatus, Run, RunStatus, Site, StageStatus
from igny8_web.pipeline.runner import LaneAtWork
from igny8_web.pipeline.stage import AnyStage
from igny8_web.pipeline.stages import STAGES
from igny8_web.services import automation

from ..engine import Rings, at_work, items_of, let_backoff_pass, reading, refreshed
from ..factories import make_keywords
from ..fakes import FakeProvider, busy
from ..peers.ai import AiPeer
from ..pipeline.test_stage_contract import MAKERS
from ..platform.helpers import until
from ..servers import StartWorker
from ..visitor import Visitor
from .conftest import attempts, in_hand, is_over
from .invariants import Watch

pytestmark = pytest.mark.each_database

each_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.slug)

Watched = Callable[..., Watch]


@pytest.fixture
def one_by_one(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stage takes one item at a time, so that there are some in hand and some that wait."""
    provider.keywords_per_call = 1
    for stage in STAGES:
        monkeypatch.setattr(stage, "batch_size", 1)


@pytest.fixture
def three(stage: AnyStage, site: Site, rings: Rings, one_by_one: None) -> Run:
    """A run of the stage over three items."""
    return over(stage, site)


def over(stage: AnyStage, site: Site) -> Run:
    with transaction() as db:
        MAKERS[stage.slug](db, site)
        waiting = list(db.scalars(stage.waiting(site.id)))
    return automation.run_stage(site, stage.slug, waiting[-3:])


def one_in_hand(run: Run) -> tuple[LaneAtWork, Any]:
    """A job with one item of the run, and the item's batch."""
    job = at_work(run.stages[0])
    batches = job.step([], None, lost=False)
    assert statuses(run) == [ItemStatus.PROCESSING, ItemStatus.PENDING, ItemStatus.PENDING]
    return job, batches


def statuses(run: Run) -> list[ItemStatus]:
    return [item.status for item in items_of(run.stages[0])]


def next_poll(client: Visitor, run: Run, rev: int) -> TestResponse:
    """What a browser is answered that shows this revision."""
    card = f"/sites/brew-notes/automation/runs/{run.run_id}/card"
    query = {"rev": rev, "stage": run.first_stage, "percent": 0, "failed": 0}
    return client.get(card, query_string=query, headers={"HX-Request": "true"})


@each_stage
def test_a_pause_finishes_what_is_in_hand_and_lets_nothing_more_be_claimed(
    stage: AnyStage, three: Run, rings: Rings, watched: Watched, owner_client: Visitor
) -> None:
    watched(three)
    job, batches = one_in_hand(three)
    rev = refreshed(three).rev

    automation.pause(three)
    shown = next_poll(owner_client, three, rev)
    assert "Paused. What is in hand is being finished." in shown.text

    assert job.step(job.work(batches), None, lost=False) == []
    rings.answer_all()
    assert at_work(three.stages[0]).step([], None, lost=False) == []
    paused = refreshed(three)
    assert (paused.status, paused.stages[0].processed) == (RunStatus.PAUSED, 1)
    assert statuses(three) == [ItemStatus.DONE, ItemStatus.PENDING, ItemStatus.PENDING]

    automation.resume(three)
    assert "Paused." not in next_poll(owner_client, three, paused.rev).text
    rings.answer_all()
    assert refreshed(three).status == RunStatus.COMPLETED
    assert attempts(three) == [1, 1, 1]


@each_stage
def test_a_cancel_finishes_what_is_in_hand_skips_the_rest_and_ends(
    stage: AnyStage, three: Run, rings: Rings, watched: Watched, owner_client: Visitor
) -> None:
    watched(three, ends=RunStatus.CANCELLED)
    job, batches = one_in_hand(three)
    rev = refreshed(three).rev

    automation.cancel(three)
    assert "Cancelling. What is in hand" in next_poll(owner_client, three, rev).text
    rev = refreshed(three).rev
    assert job.step(job.work(batches), None, lost=False) == []

    assert "Run was cancelled" in next_poll(owner_client, three, rev).text
    assert statuses(three) == [ItemStatus.DONE, ItemStatus.SKIPPED, ItemStatus.SKIPPED]
    rings.answer_all()
    assert never_runs_again(three)


@each_stage
def test_a_cancel_that_races_with_the_end_leaves_nothing_half_done(
    stage: AnyStage,
    site: Site,
    rings: Rings,
    one_by_one: None,
    watched: Watched,
    side_by_side: Callable[..., list[Any]],
) -> None:
    run = over(stage, site)
    rings.forget()
    job = at_work(run.stages[0])
    worked: list[Any] = []
    while ItemStatus.PENDING in statuses(run):
        worked = job.work(job.step(worked, None, lost=False))

    def settle() -> None:
        job.step(worked, None, lost=False)

    def cancel(run_pk: int = run.id) -> None:
        automation.cancel(session().get_one(Run, run_pk))

    said, refused = side_by_side(settle, cancel)

    assert said is None, said
    ended = RunStatus.CANCELLED if refused is None else RunStatus.COMPLETED
    assert refused is None or isinstance(refused, automation.WrongState), refused
    watched(run, ends=ended)
    assert refreshed(run).stages[0].processed == 3
    assert never_runs_again(run)


@pytest.mark.parametrize("number", range(1, len(STAGES) + 1), ids=[s.slug for s in STAGES])
def test_a_whole_run_is_held_in_any_stage_and_goes_on_from_there(
    number: int, site: Site, rings: Rings, provider: FakeProvider, watched: Watched
) -> None:
    run = whole_run(site)
    watched(run)
    until_stage(run, number, rings)
    automation.pause(run)
    asked = len(provider.asked)
    rings.answer_all()
    held = refreshed(run)
    assert (held.status, held.current_stage) == (RunStatus.PAUSED, number)
    assert len(provider.asked) == asked

    automation.resume(run)
    rings.answer_all()
    assert {s.status for s in refreshed(run).stages} == {StageStatus.COMPLETED}


@pytest.mark.parametrize("number", range(1, len(STAGES) + 1), ids=[s.slug for s in STAGES])
def test_a_whole_run_is_ended_in_any_stage_and_begins_no_other(
    number: int, site: Site, rings: Rings, watched: Watched
) -> None:
    run = whole_run(site)
    watched(run, ends=RunStatus.CANCELLED)
    until_stage(run, number, rings)
    automation.cancel(run)
    rings.answer_all()
    later = refreshed(run).stages[number:]
    assert {s.status for s in later} <= {StageStatus.SKIPPED}
    assert never_runs_again(run)


def test_a_cancelled_run_does_not_wait_for_the_next_try_of_what_failed(
    run: Run, rings: Rings, provider: FakeProvider, watched: Watched
) -> None:
    watched(run, ends=RunStatus.CANCELLED)
    provider.always("develop-ideas", busy())
    automation.pause(run)
    automation.resume(run)
    rings.answer_all()
    assert statuses(run) == [ItemStatus.PENDING] * 3
    automation.cancel(run)
    let_backoff_pass(run.stages[0])
    rings.answer_all()
    assert len(provider.asked) == 3
    assert never_runs_again(run)


@pytest.mark.parametrize("ends", [RunStatus.COMPLETED, RunStatus.CANCELLED])
def test_a_worker_with_an_item_in_hand_finishes_it_and_takes_no_other(
    ends: RunStatus, run: Run, watched: Watched, held: AiPeer, ai_worker: StartWorker
) -> None:
    watched(run, ends=ends, peer=held)
    ai_worker()
    in_hand(held)
    (automation.cancel if ends is RunStatus.CANCELLED else automation.pause)(run)
    held.release()

    if ends is RunStatus.COMPLETED:
        until(lambda: statuses(run)[0] == ItemStatus.DONE)
        assert refreshed(run).status == RunStatus.PAUSED
        assert len(held.calls) == 1
        automation.resume(run)
    until(lambda: is_over(run), 30)
    assert len(held.calls) == (3 if ends is RunStatus.COMPLETED else 1)


def whole_run(site: Site) -> Run:
    with transaction() as db:
        make_keywords(db, site, 4)
    return automation.run_now(site)


def until_stage(run: Run, number: int, rings: Rings) -> None:
    while refreshed(run).current_stage != number:
        rings.answer()


def never_runs_again(run: Run) -> bool:
    """Nothing of it is at work, and no verb brings it back."""
    for verb in (automation.pause, automation.resume, automation.cancel):
        with pytest.raises(automation.WrongState):
            verb(run)
    with reading():
        ended = refreshed(run)
        assert ended.status not in WORKABLE
        assert {stage.status for stage in ended.stages} <= {
            StageStatus.COMPLETED,
            StageStatus.SKIPPED,
        }
        return not ended.is_live and ended.finished_at is not None
