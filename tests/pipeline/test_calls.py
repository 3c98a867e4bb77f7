"""What is paid for: no answer is bought twice without need, and no cost is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import AiCall, Run, RunItem, Site
from igny8_web.pipeline.asking import recorded
from igny8_web.pipeline.calls import ASKED_TWICE, CallRecord
from igny8_web.pipeline.costs import settle_costs
from igny8_web.pipeline.outcome import closing_line, repeated_calls
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.pipeline.statements import LOST
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
)
from ..factories import make_keywords
from ..fakes import Data, FakeProvider, busy
from .conftest import InDoubt, StartIdeas

pytestmark = pytest.mark.each_database

PRICE = Decimal("0.5")
ANSWER: Data = {"ideas": []}


class Died(BaseException):
    """What a killed process does: nothing more."""


def dies(data: Data) -> Data:
    raise Died


def crash_while_asking(run: Run) -> None:
    """A worker takes the next item, asks, and dies before the answer is there."""
    lane = at_work(run.stages[0])
    with pytest.raises(Died):
        lane.work(lane.step([], None, lost=False))
    let_leases_run_out(run.stages[0])
    reconcile()


def rows() -> list[AiCall]:
    with reading() as db:
        return list(db.scalars(sa.select(AiCall).order_by(AiCall.id)))


def statuses() -> list[str]:
    return [str(row.status) for row in rows()]


def is_counted(run: Run) -> bool:
    """Whether item, stage and run cost what their calls cost."""
    paid = sum(row.cost for row in rows())
    items = sum(item.cost for item in items_of(run.stages[0]))
    return paid == items == refreshed(run).stages[0].cost == refreshed(run).cost


def test_a_call_whose_answer_was_never_recorded_is_repeated_once_and_shown_as_such(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(2)
    provider.will("develop-ideas", dies)
    crash_while_asking(run)
    assert [(row.status, row.error) for row in rows()] == [("lost", LOST)]

    rings.answer_all()

    assert statuses() == ["lost", "used", "used"]
    with reading() as db:
        ended = db.get_one(Run, run.id)
        assert (ended.status, repeated_calls(db, ended)) == ("completed", 1)
        assert closing_line(ended).endswith(
            "2 ideas. 1 call was asked twice: the worker stopped before its answer was recorded."
        )


def test_a_third_request_of_the_same_question_is_not_made(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.will("develop-ideas", dies, dies)
    crash_while_asking(run)
    crash_while_asking(run)

    rings.answer_all()

    [item] = items_of(run.stages[0])
    assert (item.status, item.error) == ("failed", ASKED_TWICE)
    assert len(provider.asked) == 2
    assert statuses() == ["lost", "lost"]


def test_a_retry_by_hand_starts_anew(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.will("develop-ideas", dies, dies)
    crash_while_asking(run)
    crash_while_asking(run)
    rings.answer_all()

    again = automation.run_stage(run.site, "develop-ideas", [items_of(run.stages[0])[0].item_id])
    rings.answer_all()

    assert refreshed(again).status == "completed"
    assert (refreshed(again).why, len(provider.asked)) == (None, 3)


def test_an_ordinary_retry_is_no_repeated_call(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.will("develop-ideas", busy())
    rings.answer_all()
    let_backoff_pass(run.stages[0])
    reconcile()
    rings.answer_all()

    assert statuses() == ["failed", "used"]
    assert (refreshed(run).status, refreshed(run).why) == ("completed", None)


@dataclass
class Frozen:
    """A worker that froze while it asked."""

    run: Run
    record: CallRecord
    answer: Data

    def wakes_up(self, *, answered: bool = True) -> None:
        """The answer is there after all, or an error; either cost PRICE."""
        if answered:
            self.record.answered(self.answer, PRICE, {"input": 7})
        else:
            self.record.failed("The provider is busy.", PRICE)


@pytest.fixture
def frozen(start_ideas: StartIdeas, provider: FakeProvider) -> Frozen:
    """Its one item was taken from it and waits for another worker."""
    run = start_ideas(1)
    answers: list[Data] = []
    provider.will("develop-ideas", lambda data: answers.append(data) or dies(data))
    crash_while_asking(run)
    [row] = rows()
    same = (row.run_item_id, row.stage, row.provider, row.model, row.fingerprint)
    return Frozen(run, CallRecord(*same, id=row.id), answers[0])


@pytest.mark.parametrize("answered", [True, False])
def test_what_came_too_late_is_paid_for_all_the_same(
    frozen: Frozen, rings: Rings, provider: FakeProvider, answered: bool
) -> None:
    run = frozen.run
    provider.price = Decimal("0.25")
    rings.answer_all()
    assert (refreshed(run).status, refreshed(run).cost) == ("completed", Decimal("0.25"))
    rev = refreshed(run).rev

    frozen.wakes_up(answered=answered)

    assert statuses() == ["lost", "used"]
    assert (refreshed(run).cost, is_counted(run)) == (Decimal("0.75"), True)
    assert refreshed(run).rev == rev + 1, "whoever looks at it learns of it"


def test_an_answer_that_came_late_serves_the_next_attempt(
    frozen: Frozen, rings: Rings, provider: FakeProvider
) -> None:
    frozen.wakes_up()

    rings.answer_all()

    assert (statuses(), len(provider.asked)) == (["used"], 1)
    ended = refreshed(frozen.run)
    assert (ended.status, ended.cost, is_counted(frozen.run)) == ("completed", PRICE, True)
    assert ended.why is None, "it was asked once"


def test_an_item_that_was_skipped_is_paid_for_all_the_same(frozen: Frozen) -> None:
    automation.cancel(frozen.run)
    assert refreshed(frozen.run).status == "cancelled"

    frozen.wakes_up()

    assert (refreshed(frozen.run).cost, is_counted(frozen.run)) == (PRICE, True)


def test_the_calls_of_an_item_that_is_freed_and_then_skipped_are_counted(
    start_ideas: StartIdeas, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.price = PRICE
    lane = at_work(run.stages[0])
    lane.work(lane.step([], None, lost=False))  # and then the process dies
    let_leases_run_out(run.stages[0])
    reconcile()
    assert (refreshed(run).cost, is_counted(run)) == (PRICE, True)

    automation.cancel(run)

    assert refreshed(run).status == "cancelled"
    assert (refreshed(run).cost, is_counted(run)) == (PRICE, True)


def test_the_cost_of_a_batch_stays_with_the_run_when_its_items_are_batched_anew(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        ids = [keyword.id for keyword in make_keywords(db, site, 4)]
    run = automation.run_stage(site, "cluster-keywords", ids)
    provider.price = PRICE
    lane = at_work(run.stages[0])
    lane.work(lane.step([], None, lost=False))  # and then the process dies
    let_leases_run_out(run.stages[0])
    reconcile()
    assert is_counted(run)

    provider.keywords_per_call = 3
    rings.answer_all()

    assert (refreshed(run).status, refreshed(run).cost) == ("completed", 3 * PRICE)
    assert is_counted(run)


def test_an_item_that_was_taken_from_a_silent_worker_is_not_asked_for_by_it(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    silent = at_work(run.stages[0])
    batches = silent.step([], None, lost=False)
    let_leases_run_out(run.stages[0])
    reconcile()
    rings.answer_all()
    asked = len(provider.asked)

    outcomes = silent.work(batches)

    assert len(provider.asked) == asked
    assert silent.step(outcomes, None, lost=False) == []
    assert refreshed(run).status == "completed"


def test_a_failed_call_keeps_what_the_provider_counted(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.will(
        "develop-ideas",
        ProviderError("It was cut off.", cost=PRICE, usage={"input": 3, "output": 9}),
    )
    rings.answer_all()

    [row] = rows()
    assert (row.status, row.cost, row.usage) == ("failed", PRICE, {"input": 3, "output": 9})
    assert is_counted(run)


def test_a_call_of_unknown_cost_counts_as_nothing(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)
    provider.will("develop-ideas", ProviderError("No.", cost=None))
    rings.answer_all()

    assert [row.cost for row in rows()] == [0]
    assert is_counted(run)


def test_a_provider_that_breaks_leaves_no_call_pending(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    start_ideas(1)
    provider.will("develop-ideas", ZeroDivisionError("division by zero"))
    rings.answer_all()

    [row] = rows()
    assert (row.status, row.error) == (
        "failed",
        "Unexpected error: ZeroDivisionError: division by zero",
    )


@pytest.fixture
def claimed(start_ideas: StartIdeas, provider: FakeProvider) -> int:
    """A run item in hand."""
    [batch] = at_work(start_ideas(1).stages[0]).step([], None, lost=False)
    return batch.items[0].id


def record_of(item: int) -> CallRecord:
    return CallRecord(item, "develop-ideas", "fake", "fake-1", "question")


def test_an_answer_serves_the_next_attempt_where_it_was_not_what_failed(claimed: int) -> None:
    """A stage may ask two things; when the second is not answered, the first is."""
    recorded(record_of(claimed), lambda: (ANSWER, PRICE, {}))
    with transaction() as db:
        settle_costs(db, [claimed], keep=[claimed])
    assert statuses() == ["answered"]

    def never() -> Any:
        raise AssertionError

    assert recorded(record_of(claimed), never) == ANSWER


def test_an_answer_that_can_no_longer_be_used_is_asked_for_again(claimed: int) -> None:
    recorded(record_of(claimed), lambda: (ANSWER, PRICE, {}))
    other = {"ideas": [1]}

    again = recorded(record_of(claimed), lambda: (other, PRICE, {}), lambda answer: False)

    assert again == other
    assert statuses() == ["refused", "answered"]


def test_two_questions_of_one_item_are_two_calls(claimed: int) -> None:
    recorded(record_of(claimed), lambda: (ANSWER, PRICE, {}))
    second = record_of(claimed)
    second.fingerprint = "another"
    recorded(second, lambda: ({"ideas": [2]}, PRICE, {}))

    assert statuses() == ["answered", "answered"]
    with transaction() as db:
        assert db.get_one(RunItem, claimed).cost == 0, "counted when the item is settled"


def test_a_request_that_was_noted_when_the_connection_died_is_not_taken_for_a_lost_one(
    claimed: int, in_doubt: InDoubt
) -> None:
    record = record_of(claimed)
    in_doubt.times = 1
    assert record.open() is None
    assert statuses() == ["pending"]

    in_doubt.times = 1
    record.answered(ANSWER, PRICE, {})
    assert [(row.status, row.answer, row.cost) for row in rows()] == [("answered", ANSWER, PRICE)]


def test_what_came_late_is_paid_for_once_when_the_connection_died(
    frozen: Frozen, in_doubt: InDoubt, caplog: pytest.LogCaptureFixture
) -> None:
    frozen.record.began = datetime.now(UTC)
    in_doubt.after, in_doubt.times = 2, 1
    caplog.clear()

    frozen.wakes_up()

    assert caplog.messages[0].endswith("came back after it was given up")
    assert caplog.messages[1].startswith("the database is away"), "after that was committed"
    assert (refreshed(frozen.run).cost, refreshed(frozen.run).committed) == (PRICE, PRICE)
