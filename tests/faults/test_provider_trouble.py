"""Whatever the provider answers: tried again later, then failed with the reason; nothing is lost.

Over real HTTP. The work is done in the test's process, which can let time pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from igny8_web.extensions import transaction
from igny8_web.models import Cluster, Idea, Keyword, Run, RunStatus, Site
from igny8_web.pipeline import accounts
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.services import automation

from ..engine import Rings, items_of, let_backoff_pass, reading, refreshed
from ..factories import make_keywords
from ..peers import faults
from ..peers.ai import AiPeer
from ..peers.fault import Fault
from .invariants import Watch

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("by_chat", "rings")]

CLUSTERING, IDEAS = "cluster-keywords", "develop-ideas"
Data = dict[str, Any]


@dataclass(frozen=True)
class Trouble:
    """One way to get no use out of a call, and the words by which a person is told."""

    fault: Callable[[], Fault]
    told: str
    calls: int = 1
    """How often the provider is asked in one attempt."""
    timeout: int = 30
    """Seconds after which an answer is given up: more than a busy machine needs for one."""

    def attempt(self) -> list[Fault]:
        """What has to happen to all calls of one attempt."""
        return [self.fault()] * self.calls


REPAIRED = 2
"""An answer that does not fit is shown to the provider once, with what is wrong with it."""


QUICK = {
    "429": Trouble(faults.too_many, "asks us to slow down (429)", calls=4),
    "500": Trouble(faults.server_error, "has a problem of its own (500)"),
    "502 as a page": Trouble(lambda: faults.server_error(502, html=True), "(502)"),
    "529": Trouble(lambda: faults.server_error(529), "(529)"),
    "hang up": Trouble(faults.hang_up, "broke the connection off"),
    "half an answer": Trouble(faults.hang_up_after, "broke the connection off"),
    "a page of the wifi": Trouble(faults.html_page, "something that is no JSON"),
    "no choices": Trouble(faults.no_choices, "did not answer with a chat completion"),
    "truncated": Trouble(faults.truncated, "cut off"),
    "empty": Trouble(faults.empty, "answered with nothing"),
    "garbage": Trouble(faults.garbage, "The model did not answer with JSON: I am sorry"),
}
SLOW = {
    "silence": Trouble(lambda: faults.silence(5), "did not answer within 3 s", timeout=3),
    "a slow body": Trouble(lambda: faults.slow_body(5), "within 3 s", timeout=3),
}


def _ideas(change: Callable[[list[Data]], list[Data]]) -> Callable[[], Fault]:
    return lambda: faults.changed(lambda data: {"ideas": change(data["ideas"])})


UNFIT_IDEAS = {
    "a cluster never asked": Trouble(
        _ideas(lambda ideas: [{**idea, "cluster_id": 4711} for idea in ideas]),
        "The answer named cluster 4711, never asked.",
        calls=REPAIRED,
    ),
    "no idea": Trouble(_ideas(lambda ideas: []), "no idea for clusters", calls=REPAIRED),
}


def _clusters(change: Callable[[Data], None]) -> Callable[[], Fault]:
    def changed(data: Data) -> Data:
        change(data["clusters"][0])
        return data

    return lambda: faults.changed(changed)


UNFIT_CLUSTERS = {
    "a keyword never asked": Trouble(
        _clusters(lambda cluster: cluster["keyword_ids"].append(4711)),
        "The answer named keywords never asked: 4711.",
        calls=REPAIRED,
    ),
    "a keyword twice": Trouble(
        lambda: faults.changed(lambda data: {"clusters": data["clusters"] * 2}),
        "The answer put keywords into two clusters: ",
        calls=REPAIRED,
    ),
    "a keyword left out": Trouble(
        _clusters(lambda cluster: cluster["keyword_ids"].pop()),
        "The answer left out 1 of 2 keywords: ",
        calls=REPAIRED,
    ),
    "none of them": Trouble(
        lambda: faults.changed(lambda data: {"clusters": []}),
        "The answer left out 2 of 2 keywords: ",
        calls=REPAIRED,
    ),
    "a cluster never offered": Trouble(
        _clusters(lambda cluster: cluster.update(existing_id=4711)),
        "The answer named clusters never offered: 4711.",
        calls=REPAIRED,
    ),
}


def each(*troubles: dict[str, Trouble]) -> pytest.MarkDecorator:
    found = {name: trouble for some in troubles for name, trouble in some.items()}
    return pytest.mark.parametrize("trouble", found.values(), ids=found)


@pytest.fixture
def by_chat(
    request: pytest.FixtureRequest, app: Flask, peer: AiPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app, as if it had been started with the peer in its environment."""
    trouble = request.node.callspec.params.get("trouble")
    house = app.extensions["igny8"]
    ours = {
        "text_base_url": peer.url,
        "text_api_key": peer.key,
        "text_model": peer.models[0],
        "text_timeout_seconds": trouble.timeout if trouble else Trouble.timeout,
        "text_keywords_per_call": 2,
    }
    app.extensions["igny8"] = replace(house, config=replace(house.config, **ours))
    monkeypatch.setattr(accounts, "BACKOFF_SECONDS", (0.01, 0.01, 0.01))


@pytest.fixture
def clustering(site: Site) -> Run:
    """Six keywords, in three calls."""
    with transaction() as db:
        ids = [keyword.id for keyword in make_keywords(db, site, 6)]
    return automation.run_stage(site, CLUSTERING, ids)


def work(rings: Rings) -> None:
    """What workers do until nothing is due."""
    reconcile()
    rings.answer_all()


def another_round(run: Run, rings: Rings) -> None:
    """What workers do after the pause between two attempts."""
    let_backoff_pass(run.stages[0])
    work(rings)


@each(QUICK, SLOW, UNFIT_IDEAS)
def test_trouble_with_one_item_holds_up_no_other_and_is_over_with_the_next_attempt(
    run: Run, watch: Watch, rings: Rings, peer: AiPeer, trouble: Trouble
) -> None:
    peer.will(IDEAS, *trouble.attempt())
    work(rings)

    first, *others = items_of(run.stages[0])
    assert (first.status, first.attempts) == ("pending", 1)
    assert trouble.told in (first.error or "")
    assert [item.status for item in others] == ["done", "done"]
    work(rings)
    assert items_of(run.stages[0])[0].attempts == 1, "it waits"

    another_round(run, rings)
    assert refreshed(run).status == "completed"


@each({name: QUICK[name] for name in ("500", "truncated", "garbage")}, UNFIT_IDEAS)
def test_trouble_without_end_fails_the_items_with_the_reason_and_leaves_no_content(
    run: Run, watched: Callable[..., Watch], rings: Rings, peer: AiPeer, trouble: Trouble
) -> None:
    watched(run, ends=RunStatus.FAILED, peer=peer)
    peer.always(IDEAS, trouble.fault())
    work(rings)
    for _ in range(3):
        another_round(run, rings)

    ended = refreshed(run)
    assert ended.status == "failed"
    assert trouble.told in (ended.why or "")
    assert [item.attempts for item in items_of(run.stages[0])] == [3, 3, 3]
    with reading() as db:
        assert db.scalars(sa.select(Idea)).all() == []


@each({name: QUICK[name] for name in ("429", "garbage", "truncated")}, UNFIT_CLUSTERS)
def test_no_keyword_is_lost_or_in_two_clusters(
    clustering: Run,
    watched: Callable[..., Watch],
    rings: Rings,
    peer: AiPeer,
    trouble: Trouble,
) -> None:
    """The first call fails for ever; the keywords of the others are grouped."""
    watched(clustering, peer=peer)
    peer.will(CLUSTERING, *trouble.attempt(), None, None, *trouble.attempt(), *trouble.attempt())
    work(rings)
    for _ in range(3):
        another_round(clustering, rings)

    items = items_of(clustering.stages[0])
    assert [item.status for item in items] == ["failed"] * 2 + ["done"] * 4
    assert all(trouble.told in (item.error or "") for item in items[:2])
    with reading() as db:
        keywords = db.scalars(sa.select(Keyword).order_by(Keyword.id)).all()
        assert [bool(keyword.cluster_id) for keyword in keywords] == [False] * 2 + [True] * 4
        assert db.scalar(sa.select(sa.func.count(Cluster.id))) == 2


def _date(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    "refusal", [faults.too_many, lambda: faults.too_many(1)], ids=["without", "with Retry-After"]
)
def test_a_provider_that_is_busy_for_a_moment_is_waited_for(
    run: Run, watch: Watch, rings: Rings, peer: AiPeer, refusal: Callable[[], Fault]
) -> None:
    peer.will(IDEAS, refusal(), refusal())
    work(rings)

    assert refreshed(run).status == "completed"
    assert [item.attempts for item in items_of(run.stages[0])] == [1, 1, 1]
    assert len(peer.calls) == 5


@pytest.mark.parametrize(
    ("refusal", "least", "most"),
    [
        (lambda: faults.too_many(100), 100, 126),
        (lambda: faults.too_many(retry_after_ms=100_000), 100, 126),
        (lambda: faults.too_many(_date(100)), 98, 126),
        (lambda: faults.too_many(100_000), 900, 1126),
    ],
    ids=["seconds", "milliseconds", "a date", "a day"],
)
def test_a_provider_that_asks_for_a_long_pause_gets_it_from_everybody(
    run: Run,
    watch: Watch,
    rings: Rings,
    peer: AiPeer,
    refusal: Callable[[], Fault],
    least: float,
    most: float,
    redis_url: str,
) -> None:
    before = datetime.now(UTC)
    peer.will(IDEAS, refusal())
    work(rings)

    first, *others = items_of(run.stages[0])
    assert first.not_before is not None
    wait = (first.not_before - before).total_seconds()
    assert least <= wait <= most + (datetime.now(UTC) - before).total_seconds()
    assert [(item.status, item.attempts) for item in others] == [("pending", 0)] * 2
    assert len(peer.calls) == 1

    with Redis.from_url(redis_url) as client:
        client.flushdb()  # what the pause does
    another_round(run, rings)
    assert refreshed(run).status == "completed"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (faults.no_quota, "no credit left"),
        (faults.bad_key, "does not accept the API key"),
        (faults.unknown_model, "does not know the model"),
    ],
)
def test_what_no_further_request_can_mend_pauses_the_run_and_costs_no_attempt(
    run: Run,
    watch: Watch,
    rings: Rings,
    peer: AiPeer,
    fault: Callable[[], Fault],
    told: str,
) -> None:
    peer.will(IDEAS, None, fault())
    work(rings)

    paused = refreshed(run)
    assert paused.status == "paused"
    assert told in (paused.why or "")
    assert [item.status for item in items_of(run.stages[0])] == ["done", "pending", "pending"]
    assert len(peer.calls) == 2, "nobody asks in vain"

    automation.resume(paused)
    work(rings)
    assert [item.attempts for item in items_of(run.stages[0])] == [1, 1, 1]
