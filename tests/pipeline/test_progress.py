"""What the card shows really happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web import queue
from igny8_web.db import db_now
from igny8_web.extensions import db as extension
from igny8_web.extensions import session, transaction
from igny8_web.models import Run, RunItem, Site
from igny8_web.pipeline.progress import ProcessingState, find_run, processing_state
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.services import automation

from ..engine import Rings, at_work, items_of, let_leases_run_out, reading
from ..factories import make_clusters, make_keywords
from ..fakes import FakeProvider, no_money, nonsense
from .conftest import StartIdeas

pytestmark = pytest.mark.usefixtures("provider")


def state_of(run: Run) -> ProcessingState:
    with reading() as db:
        return processing_state(db, find_run(db, run.id))


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    sa.event.listen(extension.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(extension.engine, "before_cursor_execute", note)


def grow(run: Run, to: int) -> None:
    """So many items of every status in the stage."""
    with transaction() as db:
        start = 1_000
        statuses = ["done", "pending", "failed", "processing"]
        db.execute(
            sa.insert(RunItem),
            [
                {
                    "stage_run_id": run.stages[0].id,
                    "stage": "develop-ideas",
                    "position": start + n,
                    "item_id": start + n,
                    "title": f"Cluster {n}",
                    "status": statuses[n % 4],
                }
                for n in range(to)
            ],
        )
        db.execute(
            sa.update(RunItem)
            .where(RunItem.status == "processing")
            .values(lease_until=db_now(60), lease_token="somebody")
        )


@pytest.mark.each_database
def test_the_snapshot_takes_four_queries_for_ten_items_and_for_ten_thousand(
    start_ideas: StartIdeas,
) -> None:
    run, numbers = start_ideas(2), []
    for more in (8, 9_990):
        grow_by = [more]
        with transaction() as db:
            db.execute(sa.delete(RunItem).where(RunItem.position >= 1_000))
        grow(run, *grow_by)
        session().expire_all()
        with counted() as sent:
            state_of(run)
        numbers.append(len(sent))

    assert numbers == [4, 4]


def test_currently_processing_are_the_items_with_a_live_claim(start_ideas: StartIdeas) -> None:
    run = start_ideas(8)
    titles = [item.title for item in items_of(run.stages[0])]
    assert state_of(run).currently_processing == ()

    first = at_work(run.stages[0])
    first.step([], None, lost=False)
    second = at_work(run.stages[0])
    second.step([], None, lost=False)

    state = state_of(run)
    assert [item.title for item in state.currently_processing] == titles[:2]
    assert [item.title for item in state.up_next] == titles[2:4]
    assert {item.type for item in (*state.currently_processing, *state.up_next)} == {"cluster"}


def test_at_most_three_items_are_shown_at_work_and_two_next(start_ideas: StartIdeas) -> None:
    run = start_ideas(8)
    for _ in range(4):
        at_work(run.stages[0]).step([], None, lost=False)

    state = state_of(run)

    assert (len(state.currently_processing), len(state.up_next)) == (3, 2)
    assert state.remaining_count == 8


@pytest.mark.each_database
def test_a_claim_that_ran_out_is_not_shown_and_the_card_says_what_happens(
    start_ideas: StartIdeas,
) -> None:
    run = start_ideas(4)
    at_work(run.stages[0]).step([], None, lost=False)
    let_leases_run_out(run.stages[0])

    state = state_of(run)

    assert state.currently_processing == ()
    assert state.notice is not None
    assert state.notice.startswith("Recovering:")


@pytest.mark.each_database
def test_the_card_says_recovering_until_what_was_left_is_made_up_for(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(2)
    at_work(run.stages[0]).step([], None, lost=False)
    before = state_of(run)
    let_leases_run_out(run.stages[0])
    reconcile()

    state = state_of(run)
    assert state.rev > before.rev, "a browser that asks for news gets them"
    assert (state.notice or "").startswith("Recovering:")
    again = at_work(run.stages[0])
    batches = again.step([], None, lost=False)
    state = state_of(run)
    assert len(state.currently_processing) == 1
    assert (state.notice or "").startswith("Recovering:")

    again.step(again.work(batches), None, lost=False)

    assert state_of(run).notice is None


@pytest.mark.each_database
def test_a_run_that_did_not_reach_the_queue_says_so_until_it_did(
    start_ideas: StartIdeas, rings: Rings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(queue, "ring", lambda redis, bells: False)
        away.setattr(queue, "queued", lambda redis: None)
        run = start_ideas(2)
        reconcile()
        state = state_of(run)
        assert state.notice == "Saved, waiting for the queue."

    reconcile()

    after = state_of(run)
    assert after.notice == "Saved, waiting for a worker."
    assert after.rev > state.rev
    with counted() as sent:
        state_of(run)
    assert len(sent) == 4


def test_failures_are_not_progress(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(4)
    provider.will("develop-ideas", *(nonsense() for _ in range(3)))

    rings.answer_all()

    state = state_of(run)
    assert (state.processed_items, state.failed_items, state.percentage) == (1, 3, 25)
    assert state.remaining_count == 0
    assert state.closing_line is not None
    assert "3 items failed." in state.closing_line


def test_the_percentage_never_goes_down_within_a_stage_and_ends_at_a_hundred(
    start_ideas: StartIdeas,
) -> None:
    run = start_ideas(40)
    step = at_work(run.stages[0])
    seen, outcomes = [state_of(run).percentage], []
    while batches := step.step(outcomes, None, lost=False):
        seen.append(state_of(run).percentage)
        outcomes = step.work(batches)
    seen.append(state_of(run).percentage)

    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 100)


def test_the_card_names_the_stage_at_work(site: Site, rings: Rings) -> None:
    with transaction() as db:
        make_keywords(db, site, 4)
    run = automation.run_now(site)
    first = state_of(run)
    rings.answer()
    second = state_of(run)

    assert (first.stage_number, first.stage_name, first.stage_type) == (
        1,
        "Keywords → Clusters",
        "AI",
    )
    assert (second.stage_number, second.stage_name) == (2, "Clusters → Ideas")
    assert second.rev > first.rev


def test_the_card_says_why_nothing_moves(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(3)
    assert state_of(run).notice == "Saved, waiting for a worker."
    step = at_work(run.stages[0])
    batches = step.step([], None, lost=False)
    assert state_of(run).notice is None
    automation.pause(run)
    assert state_of(run).notice == "Paused. What is in hand is being finished."
    step.step(step.work(batches), None, lost=False)
    assert state_of(run).notice == "Paused."
    automation.resume(run)
    provider.will("develop-ideas", no_money())
    rings.answer_all()
    assert state_of(run).notice == "Paused. The account has no credit left."


def test_an_ended_run_shows_one_line_and_nothing_in_hand(
    start_ideas: StartIdeas, rings: Rings
) -> None:
    run = start_ideas(2)
    rings.answer_all()

    state = state_of(run)

    assert (state.live, state.currently_processing, state.up_next) == (False, (), ())
    assert state.closing_line is not None
    assert state.closing_line.startswith("Run completed in ")
    assert state.closing_line.endswith(": 2 ideas.")


def test_looking_changes_nothing(site: Site, rings: Rings) -> None:
    with transaction() as db:
        make_clusters(db, site, 3)
    run = automation.run_now(site)

    assert state_of(run) == state_of(run)
