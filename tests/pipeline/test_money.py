"""The cap of a run and of a month holds, whatever happens to its calls."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import AiCall, Idea, MonthSpend, Price, Run, Site
from igny8_web.pipeline.calls import CallRecord
from igny8_web.pipeline.money import CapReached
from igny8_web.providers.base import ProviderError, Question
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
from ..factories import make_clusters
from ..fakes import FakeProvider, busy

pytestmark = pytest.mark.each_database

MOST, COST = Decimal("0.02"), Decimal("0.01")
"""What a call may cost and what it does cost, by the prices below."""


@pytest.fixture
def priced(site: Site, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """A provider that sends bills: a dollar for a million tokens, 10,000 of them a call."""

    def most(question: Question) -> dict[str, int]:
        return {"input": 10_000, "output": 10_000}

    def answer(question: Question) -> Any:
        answer = FakeProvider.answer(provider, question)
        return type(answer)(answer.data, cost=None, usage={"input": 6_000, "output": 4_000})

    monkeypatch.setattr(provider, "paid", True)
    monkeypatch.setattr(provider, "most", most)
    monkeypatch.setattr(provider, "answer", answer)
    monkeypatch.setattr("igny8_web.pipeline.providers_of_site.ProvidersOfSite.models", ["fake-1"])
    with transaction() as db:
        one = Decimal(1)
        db.add(Price(model="fake-1", per_million_in=one, per_million_out=one))
    return provider


def start(site: Site, clusters: int, cap: str = "5") -> Run:
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, clusters)]
        site.run_cap = Decimal(cap)
    return automation.run_stage(site, "develop-ideas", ids)


def month() -> Decimal:
    with reading() as db:
        return sum(db.scalars(sa.select(MonthSpend.committed)), Decimal(0))


def settled(run: Run) -> tuple[Decimal, Decimal, Decimal]:
    now = refreshed(run)
    return now.cost, now.committed, month()


def test_a_run_below_its_cap_costs_what_its_tokens_cost(
    site: Site, priced: FakeProvider, rings: Rings
) -> None:
    run = start(site, 3)
    rings.answer_all()
    assert refreshed(run).status == "completed"
    assert settled(run) == (3 * COST, 3 * COST, 3 * COST)
    assert [item.cost for item in items_of(run.stages[0])] == [COST] * 3


def test_a_run_that_reaches_its_cap_pauses_and_asks(
    site: Site, priced: FakeProvider, rings: Rings
) -> None:
    run = start(site, 6, cap="0.035")
    rings.answer_all()

    now = refreshed(run)
    assert (now.status, now.paused_for) == ("paused", "cap")
    assert now.why == (
        "The cap of $0.04 for this run is reached: $0.0200 is spent or set aside, and the next "
        "call may cost up to $0.0200. Raise the cap, or stop here."
    )
    assert len(priced.asked) == 2
    assert settled(run) == (2 * COST, 2 * COST, 2 * COST)
    assert [item.status for item in items_of(run.stages[0])] == ["done"] * 2 + ["pending"] * 4
    assert {item.attempts for item in items_of(run.stages[0])[2:]} == {0}


def test_many_lanes_at_once_never_pass_the_cap(
    site: Site, priced: FakeProvider, rings: Rings, side_by_side: Callable[..., list[Any]]
) -> None:
    run = start(site, 16, cap="0.10")
    item_ids = [item.id for item in items_of(run.stages[0])]
    with transaction() as db:
        db.execute(sa.text("UPDATE run_item SET status = 'processing'"))

    def asks(item_id: int) -> Callable[[], object]:
        record = CallRecord(item_id, "develop-ideas", "fake", "fake-1", f"{item_id}", most=MOST)
        return record.open

    outcomes = side_by_side(*(asks(item_id) for item_id in item_ids))

    assert sum(isinstance(outcome, CapReached) for outcome in outcomes) == 11
    assert sum(outcome is None for outcome in outcomes) == 5
    assert refreshed(run).committed == Decimal("0.10")


def test_the_month_of_a_site_has_a_cap_of_its_own(
    site: Site, priced: FakeProvider, rings: Rings
) -> None:
    with transaction():
        site.month_cap = Decimal("0.025")
    first, second = start(site, 1), start(site, 1)
    rings.answer_all()
    assert refreshed(first).status == "completed"
    now = refreshed(second)
    assert now.status == "paused"
    assert now.why is not None
    assert now.why.startswith(f"The cap of $0.02 for {site.name} in 20")


def test_what_was_set_aside_for_a_call_that_failed_is_given_back(
    site: Site, priced: FakeProvider, rings: Rings
) -> None:
    run = start(site, 1)
    priced.will("develop-ideas", busy(Decimal("0.003")))
    rings.answer_all()
    assert settled(run) == (Decimal("0.003"),) * 3, "only what the provider charged"

    let_backoff_pass(run.stages[0])
    rings.answer_all()


def test_what_a_lost_call_may_have_cost_stays_set_aside(
    site: Site, priced: FakeProvider, rings: Rings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(site, 1)
    lane = at_work(run.stages[0])
    batches = lane.step([], None, lost=False)

    def dies(question: Question) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(priced, "answer", dies)
    with pytest.raises(KeyboardInterrupt):
        lane.work(batches)
    assert settled(run) == (0, MOST, MOST)

    let_leases_run_out(run.stages[0])
    with reading() as db:
        assert db.scalar(sa.select(AiCall.reserved)) == MOST


def test_a_paid_model_without_a_price_pauses_the_run_before_it_is_asked(
    site: Site, priced: FakeProvider, rings: Rings
) -> None:
    with transaction() as db:
        db.execute(sa.delete(Price))
    run = start(site, 2)
    rings.answer_all()
    now = refreshed(run)
    assert (now.status, now.paused_for) == ("paused", "no_price")
    assert now.why is not None
    assert "No price is known for the model “fake-1”" in now.why
    assert priced.asked == []


def test_a_provider_that_sends_no_bill_sets_nothing_aside(
    site: Site, provider: FakeProvider, rings: Rings
) -> None:
    run = start(site, 2, cap="0")
    rings.answer_all()
    assert refreshed(run).status == "completed"
    assert settled(run) == (0, 0, 0)
    with reading() as db:
        assert db.scalar(sa.select(sa.func.count(Idea.id))) == 2


def test_a_refused_answer_keeps_its_price(site: Site, priced: FakeProvider, rings: Rings) -> None:
    run = start(site, 1)
    priced.always("develop-ideas", lambda data: {"ideas": []})
    rings.answer_all()
    assert settled(run) == (COST, COST, COST)
    assert issubclass(CapReached, ProviderError)
