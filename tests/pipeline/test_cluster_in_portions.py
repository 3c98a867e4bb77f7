"""Clustering with a model: groups first, then several requests, whose answers are one result."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import AiCall, Cluster, Keyword, Run, Site
from igny8_web.pipeline import portions
from igny8_web.pipeline.abridged import MOST_CLUSTERS
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.pipeline.stages import stage_by_slug
from igny8_web.pipeline.tools import tools_for_site
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
from ..factories import make_cluster
from ..fakes import Data, FakeProvider, busy, no_money, nonsense

TASK = "cluster-keywords"
PRICE = Decimal("0.25")
THINGS = ("moka pot", "french press", "cold brew", "milk frother", "coffee grinder", "latte art")
ASPECTS = ("cleaning", "ratio", "for beginners", "vs espresso", "how long")
PHRASES = [f"{thing} {aspect}" for aspect in ASPECTS for thing in THINGS][:27]


@pytest.fixture
def model(provider: FakeProvider) -> FakeProvider:
    """A chat model that sorts ten keywords at a time: 27 take three requests."""
    provider.in_parts, provider.price = True, PRICE
    return provider


@pytest.fixture
def run(site: Site, rings: Rings, model: FakeProvider) -> Run:
    """A run over the keywords, about to begin."""
    with transaction() as db:
        db.add_all(Keyword(site_id=site.id, phrase=each, folded=each) for each in PHRASES)
        db.flush()
        ids = list(db.scalars(sa.select(Keyword.id).order_by(Keyword.id)))
    return automation.run_stage(site, TASK, ids)


def calls() -> list[AiCall]:
    with reading() as db:
        return list(db.scalars(sa.select(AiCall).order_by(AiCall.id)))


def briefs(model: FakeProvider) -> list[Any]:
    return [brief for task, brief in model.asked if task == TASK]


def try_again(run: Run, rings: Rings) -> None:
    let_backoff_pass(run.stages[0])
    reconcile()
    rings.answer_all()


def one_cluster(name: str) -> Any:
    def change(data: Data) -> Data:
        ids = [keyword for cluster in data["clusters"] for keyword in cluster["keyword_ids"]]
        return {"clusters": [{"name": name, "keyword_ids": ids}]}

    return change


def test_a_model_is_given_whole_groups_as_many_as_it_can_sort(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    rings.answer_all()

    assert refreshed(run).status == "completed"
    asked = briefs(model)
    assert [len(brief.keywords) for brief in asked] == [9, 8, 10]
    assert sorted(k.phrase for brief in asked for k in brief.keywords) == sorted(PHRASES)
    numbers = [[keyword.group for keyword in brief.keywords] for brief in asked]
    assert all(some == sorted(some) and some[0] == 1 for some in numbers)
    homes = {
        thing: {n for n, brief in enumerate(asked) for k in brief.keywords if thing in k.phrase}
        for thing in THINGS
    }
    assert sum(len(places) == 1 for places in homes.values()) >= 4, homes
    with reading() as db:
        assert set(db.scalars(sa.select(Keyword.status))) == {"mapped"}


@pytest.mark.each_database
def test_a_request_that_fails_loses_none_of_the_others(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(TASK, lambda data: data, busy(PRICE))
    rings.answer_all()

    _, failing, _ = briefs(model)
    waiting = {item.item_id for item in items_of(run.stages[0]) if item.status == "pending"}
    assert waiting == {keyword.id for keyword in failing.keywords}
    assert {item.error for item in items_of(run.stages[0]) if item.error} == {
        "The provider is busy."
    }
    with reading() as db:
        new = db.scalars(sa.select(Keyword.id).where(Keyword.status == "new"))
        assert set(new) == waiting, "the others are in their clusters"

    try_again(run, rings)

    assert refreshed(run).status == "completed"
    assert [str(call.status) for call in calls()] == ["used", "failed", "used", "used"]
    assert len(model.asked) == 4
    assert refreshed(run).cost == stage_of(run, TASK).cost == 4 * PRICE
    assert sum(item.cost for item in items_of(run.stages[0])) == 4 * PRICE


@pytest.mark.each_database
def test_after_a_crash_only_what_was_not_answered_is_asked_again_whatever_exists_by_then(
    site: Site, run: Run, rings: Rings, model: FakeProvider
) -> None:
    class Died(BaseException):
        """What a killed process does: nothing more."""

    def dies(data: Data) -> Data:
        raise Died

    model.will(TASK, lambda data: data, lambda data: data, dies)
    lane = at_work(run.stages[0])
    with pytest.raises(Died):
        lane.work(lane.step([], None, lost=False))
    with transaction() as db:
        make_cluster(db, site, 2).name = "Moka pot"
    let_leases_run_out(run.stages[0])
    reconcile()

    rings.answer_all()

    assert refreshed(run).status == "completed"
    assert [str(call.status) for call in calls()] == ["used", "used", "lost", "used"]
    *once, lost, again = briefs(model)
    assert len(once) == 2
    assert lost.keywords == again.keywords
    assert refreshed(run).cost == 3 * PRICE


@pytest.mark.each_database
def test_a_topic_that_two_requests_found_is_one_cluster(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(TASK, one_cluster("Moka Pot"), one_cluster("Latte art"), one_cluster("moka  pot"))
    rings.answer_all()

    with reading() as db:
        found = {cluster.name: len(cluster.keywords) for cluster in db.scalars(sa.select(Cluster))}
    first, second, third = (len(brief.keywords) for brief in briefs(model))
    assert found == {"Moka Pot": first + third, "Latte art": second}
    assert stage_of(run, TASK).result == "2 clusters from 27 keywords"


def test_only_the_clusters_nearest_to_a_request_are_offered_and_no_other_may_be_named(
    site: Site, run: Run, rings: Rings, model: FakeProvider
) -> None:
    with transaction() as db:
        for number in range(MOST_CLUSTERS):
            make_cluster(db, site).name = f"Tea {number}"
        near, far = make_cluster(db, site), make_cluster(db, site)
        near.name, far.name = "Moka pots", "Hot chocolate"
        near, far = near.id, far.id

    def joins(cluster: int) -> Any:
        def change(data: Data) -> Data:
            data["clusters"][0]["existing_id"] = cluster
            return data

        return change

    model.will(TASK, joins(far))
    rings.answer_all()

    assert calls()[0].error == f"The answer named clusters never offered: {far}."
    offered = [{cluster.id for cluster in brief.existing} for brief in briefs(model)]
    assert len(offered) == 3
    assert any(near in some for some in offered)
    assert not any(far in some for some in offered)


def test_what_pauses_the_run_keeps_what_was_answered_and_asks_nothing_more(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(TASK, lambda data: data, no_money())
    rings.answer_all()

    assert refreshed(run).status == "paused"
    assert refreshed(run).why == "The account has no credit left."
    assert len(model.asked) == 2
    items = items_of(run.stages[0])
    done = [item for item in items if item.status == "done"]
    assert {item.item_id for item in done} == {k.id for k in briefs(model)[0].keywords}
    assert {(item.status, item.attempts) for item in items if item not in done} == {("pending", 0)}

    automation.resume(run)
    rings.answer_all()
    assert refreshed(run).status == "completed"
    assert len(model.asked) == 4


def test_a_request_that_fails_for_ever_takes_no_other_keyword_with_it(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(TASK, nonsense())
    rings.answer_all()

    items = items_of(run.stages[0])
    failed = {item.item_id for item in items if item.status == "failed"}
    assert failed == {keyword.id for keyword in briefs(model)[0].keywords}
    assert {item.status for item in items if item.item_id not in failed} == {"done"}
    assert refreshed(run).status == "completed"


def test_where_no_request_is_answered_the_whole_batch_waits(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(TASK, busy(), busy(), busy())
    rings.answer_all()

    assert {item.status for item in items_of(run.stages[0])} == {"pending"}
    try_again(run, rings)
    assert refreshed(run).status == "completed"


def test_what_is_wrong_with_an_answer_names_the_keywords(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    left_out: list[int] = []

    def drops(data: Data) -> Data:
        left_out[:] = data["clusters"].pop()["keyword_ids"]
        return data

    model.will(TASK, drops)
    rings.answer_all()

    told = ", ".join(map(str, sorted(left_out)))
    asked = len(briefs(model)[0].keywords)
    assert calls()[0].error == (f"The answer left out {len(left_out)} of {asked} keywords: {told}.")


def test_a_keyword_that_is_named_twice_in_one_cluster_harms_nobody(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    def repeats(data: Data) -> Data:
        data["clusters"][0]["keyword_ids"] *= 2
        return data

    model.always(TASK, repeats)
    rings.answer_all()

    assert refreshed(run).status == "completed"


def test_a_batch_is_as_large_as_can_be_answered_in_the_time_of_an_item(
    site: Site, model: FakeProvider
) -> None:
    stage = stage_by_slug(TASK)

    def batch(per_call: int, seconds: float) -> int:
        model.keywords_per_call, model.answer_seconds = per_call, seconds
        return stage.batch(tools_for_site(site.id))

    assert batch(200, 120) == 360, "two requests of 120 s, in 300 s"
    assert batch(200, 290) == 200, "one request, however long"
    assert batch(200, 900) == 200
    assert batch(200, 10) == 1000, "no more than can be shown as being in work"
    assert batch(1500, 60) == 1500
    model.in_parts = False
    assert batch(20_000, 60) == 20_000, "who needs no requests sees all at once"


def test_few_keywords_are_not_grouped_beforehand(
    site: Site, run: Run, rings: Rings, model: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "packed_groups", None)
    model.keywords_per_call = 100
    rings.answer_all()

    [brief] = briefs(model)
    assert {keyword.group for keyword in brief.keywords} == {None}
    assert refreshed(run).status == "completed"
