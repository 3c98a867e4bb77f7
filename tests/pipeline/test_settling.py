"""What comes of a claim, and how it is counted."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from igny8_web.db import db_now
from igny8_web.extensions import session, transaction
from igny8_web.models import AiCall, Cluster, Idea, RunItem
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.pipeline.stages.develop_ideas import DevelopIdeas
from igny8_web.providers.base import ProviderError
from igny8_web.services import automation

from ..engine import (
    Rings,
    at_work,
    items_of,
    let_backoff_pass,
    let_leases_run_out,
    reading,
    refreshed,
    stage_of,
)
from ..fakes import FakeProvider, busy, no_money, nonsense
from .conftest import StartIdeas

pytestmark = pytest.mark.each_database


def ideas() -> int:
    with reading() as db:
        return int(db.scalar(sa.select(sa.func.count()).select_from(Idea)))


def test_processed_failed_and_skipped_add_up_to_the_total(
    start_ideas: StartIdeas, provider: FakeProvider
) -> None:
    run = start_ideas(9)
    provider.will("develop-ideas", nonsense(), nonsense())
    lanes = [at_work(run.stages[0]) for _ in range(3)]
    outcomes = [lane.work(lane.step([], None, lost=False)) for lane in lanes]
    automation.cancel(run)
    for lane, its_own in zip(lanes, outcomes, strict=True):
        lane.step(its_own, None, lost=False)

    stage = stage_of(run, "develop-ideas")

    assert (stage.processed, stage.failed, stage.skipped, stage.total) == (1, 2, 6, 9)
    with reading() as db:
        counts = sa.select(RunItem.status, sa.func.count()).group_by(RunItem.status)
        assert dict(iter(db.execute(counts))) == {
            "done": stage.processed,
            "failed": stage.failed,
            "skipped": stage.skipped,
        }


def test_the_revision_grows_with_each_claim_and_each_settlement(
    start_ideas: StartIdeas, provider: FakeProvider
) -> None:
    run = start_ideas(2)
    step = at_work(run.stages[0])
    seen = [refreshed(run).rev]
    outcomes = []
    while batches := step.step(outcomes, None, lost=False):
        seen.append(refreshed(run).rev)
        outcomes = step.work(batches)
    seen.append(refreshed(run).rev)

    assert len(seen) >= 3
    assert seen == sorted(set(seen)), "every look shows a later revision"


def test_one_result_that_cannot_be_stored_fails_alone_with_its_reason(
    start_ideas: StartIdeas,
    rings: Rings,
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = start_ideas(12)
    unlucky = items_of(run.stages[0])[7].item_id
    store = DevelopIdeas.store

    def picky(self: DevelopIdeas, items: list[int], result: object, db: Session) -> int:
        if unlucky in items:
            db.execute(sa.insert(Idea).values(site_id=1))  # the database itself refuses this row
        return store(self, items, result, db)  # type: ignore[arg-type]

    monkeypatch.setattr(DevelopIdeas, "store", picky)
    rings.answer_all()

    stage = stage_of(run, "develop-ideas")
    assert (stage.processed, stage.failed, ideas()) == (11, 1, 11)
    failed = [item for item in items_of(stage) if item.status == "failed"]
    assert [item.item_id for item in failed] == [unlucky]
    assert "could not be stored" in (failed[0].error or "")


def test_a_failed_attempt_is_repeated_after_a_while_and_then_succeeds(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.will("develop-ideas", busy())
    rings.answer_all()

    [item] = items_of(run.stages[0])
    assert (item.status, item.attempts, item.error) == ("pending", 1, "The provider is busy.")
    with reading() as db:
        assert db.scalar(sa.select(RunItem.not_before > db_now(3)))
    assert reconcile() == [], "it is not due yet"

    let_backoff_pass(run.stages[0])
    reconcile()
    rings.answer_all()

    [item] = items_of(run.stages[0])
    assert (item.status, item.attempts, item.error) == ("done", 2, None)
    assert refreshed(run).status == "completed"


def test_an_item_fails_with_the_last_reason_when_its_attempts_are_used_up(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.always("develop-ideas", busy())
    for _ in range(3):
        rings.answer_all()
        let_backoff_pass(run.stages[0])
        reconcile()

    [item] = items_of(run.stages[0])
    assert (item.status, item.attempts) == ("failed", 3)
    assert len(provider.asked) == 3
    ended = refreshed(run)
    assert (ended.status, ended.why) == ("failed", "The provider is busy.")


def test_each_further_attempt_waits_longer(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.always("develop-ideas", busy())
    for seconds in (5, 30):
        rings.answer_all()
        with reading() as db:
            waits = sa.select(
                RunItem.not_before > db_now(seconds - 2),
                RunItem.not_before < db_now(seconds * 1.25 + 1),
            )
            assert db.execute(waits).one() == (True, True)
        let_backoff_pass(run.stages[0])
        reconcile()


@pytest.mark.parametrize(("told", "seconds"), [(2, 5), (60, 60), (86_400, 900)])
def test_an_attempt_waits_as_long_as_the_provider_says_within_reason(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider, told: float, seconds: float
) -> None:
    start_ideas(1)
    provider.will("develop-ideas", ProviderError("Slow down.", retry=True, retry_after=told))
    rings.answer_all()

    with reading() as db:
        waits = sa.select(
            RunItem.not_before > db_now(seconds - 2),
            RunItem.not_before < db_now(seconds * 1.25 + 1),
        )
        assert db.execute(waits).one() == (True, True)


def test_an_error_that_no_retry_can_mend_pauses_the_run_with_its_words(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(3)
    provider.will("develop-ideas", no_money())

    rings.answer_all()

    paused = refreshed(run)
    assert (paused.status, paused.why) == ("paused", "The account has no credit left.")
    assert len(provider.asked) == 1, "nobody else was asked in vain"
    assert {(item.status, item.attempts) for item in items_of(run.stages[0])} == {("pending", 0)}

    automation.resume(run)
    rings.answer_all()
    assert refreshed(run).status == "completed"
    assert stage_of(run, "develop-ideas").processed == 3


def test_the_cost_of_a_run_is_the_sum_of_its_calls(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(4)
    provider.price = Decimal("0.0125")
    provider.will("develop-ideas", busy(Decimal("0.007")), lambda data: {"ideas": "none"})
    rings.answer_all()
    let_backoff_pass(run.stages[0])
    reconcile()
    rings.answer_all()

    paid = session().scalars(sa.select(AiCall.cost)).all()
    assert len(paid) == 6
    assert sum(paid) == Decimal("0.007") + 5 * Decimal("0.0125")
    assert refreshed(run).cost == stage_of(run, "develop-ideas").cost == sum(paid)
    assert sum(item.cost for item in items_of(run.stages[0])) == sum(paid)


def test_calls_of_a_worker_that_never_came_back_are_paid_for_too(
    start_ideas: StartIdeas, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.price = Decimal("0.5")
    for _ in range(3):
        step = at_work(run.stages[0])
        step.work(step.step([], None, lost=False))  # and then the process dies
        let_leases_run_out(run.stages[0])
        reconcile()

    assert items_of(run.stages[0])[0].status == "failed"
    with reading() as db:
        assert refreshed(run).cost == sum(db.scalars(sa.select(AiCall.cost))) > 0


def test_the_late_settlement_of_a_lost_lane_changes_nothing(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(2)
    late = at_work(run.stages[0])
    outcomes = late.work(late.step([], None, lost=False))
    let_leases_run_out(run.stages[0])
    reconcile()
    rings.answer_all()
    before = refreshed(run).rev, ideas(), stage_of(run, "develop-ideas").processed
    assert before[1:] == (2, 2)

    assert late.step(outcomes, None, lost=False) == []

    assert (refreshed(run).rev, ideas(), stage_of(run, "develop-ideas").processed) == before


def test_a_lost_lane_claims_nothing_more(start_ideas: StartIdeas, provider: FakeProvider) -> None:
    run = start_ideas(4)
    late = at_work(run.stages[0])
    outcomes = late.work(late.step([], None, lost=False))
    let_leases_run_out(run.stages[0])
    heir = at_work(run.stages[0])
    assert heir.lane.id == late.lane.id

    assert late.step(outcomes, None, lost=False) == []

    assert {item.lease_token for item in items_of(run.stages[0])} <= {None, late.lane.token}
    assert [item.status for item in items_of(run.stages[0])][1:] == ["pending"] * 3


def test_an_item_that_another_lane_has_meanwhile_is_left_to_it(
    start_ideas: StartIdeas, provider: FakeProvider
) -> None:
    run = start_ideas(3)
    first = at_work(run.stages[0])
    late = first.work(first.step([], None, lost=False))
    with transaction() as db:
        db.execute(sa.update(RunItem).values(lease_until=db_now(-1)))
    reconcile()
    second = at_work(run.stages[0])
    batches = second.step([], None, lost=False)

    first.step(late, None, lost=False)

    item = items_of(run.stages[0])[0]
    assert (item.status, item.lease_token, ideas()) == ("processing", second.lane.token, 0)
    second.step(second.work(batches), None, lost=False)
    assert (items_of(run.stages[0])[0].status, ideas()) == ("done", 1)


def test_after_a_crash_between_answer_and_store_the_answer_is_used_and_not_bought_again(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    step = at_work(run.stages[0])
    step.work(step.step([], None, lost=False))  # and then the process dies
    let_leases_run_out(run.stages[0])
    reconcile()

    rings.answer_all()

    assert len(provider.asked) == 1
    assert refreshed(run).status == "completed"
    assert ideas() == 1
    assert [call.status for call in session().scalars(sa.select(AiCall))] == ["used"]


def test_the_answer_is_used_after_a_crash_even_if_other_lanes_went_on(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(5)
    crashing = at_work(run.stages[0])
    crashing.work(crashing.step([], None, lost=False))
    rings.answer_all()
    let_leases_run_out(run.stages[0])
    reconcile()
    rings.answer_all()

    assert refreshed(run).status == "completed"
    assert len(provider.asked) == 5


def test_a_refused_answer_is_asked_for_again(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.will("develop-ideas", lambda data: {"ideas": [{"title": "no more than that"}]})
    rings.answer_all()
    [item] = items_of(run.stages[0])
    assert "did not have the expected form: ideas → 0 → " in (item.error or "")
    let_backoff_pass(run.stages[0])
    reconcile()
    rings.answer_all()

    assert len(provider.asked) == 2
    calls = session().scalars(sa.select(AiCall).order_by(AiCall.id))
    assert [call.status for call in calls] == ["refused", "used"]
    assert refreshed(run).status == "completed"


def test_an_answer_about_something_else_is_never_stored(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.will(
        "develop-ideas",
        lambda data: {"ideas": [{**data["ideas"][0], "cluster_id": 999}]},
    )
    rings.answer_all()

    [item] = items_of(run.stages[0])
    assert (item.status, item.error) == ("pending", "The answer named cluster 999, never asked.")
    assert ideas() == 0
    with reading() as db:
        assert db.scalar(sa.select(Cluster.status)) == "new"


def test_an_unexpected_error_of_a_provider_fails_the_item_and_not_the_worker(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(3)
    provider.will("develop-ideas", ZeroDivisionError("division by zero"))

    rings.answer_all()

    assert refreshed(run).status == "completed"
    reasons = [item.error for item in items_of(run.stages[0]) if item.status == "failed"]
    assert reasons == ["Unexpected error: ZeroDivisionError: division by zero"]
