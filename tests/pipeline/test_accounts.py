"""Asking a provider in turn: what it says about waiting is heard by all workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from igny8_web.db import db_now
from igny8_web.extensions import transaction
from igny8_web.models import ItemStatus, ProviderKind, ProviderSetting, Run, RunItem, Site
from igny8_web.pipeline import accounts
from igny8_web.pipeline.accounts import Account
from igny8_web.pipeline.pace import NotYet, Pace
from igny8_web.pipeline.progress import find_run, processing_state
from igny8_web.providers.base import ProviderError
from igny8_web.services import automation

from ..engine import Rings, items_of, reading, refreshed
from ..factories import make_clusters
from ..peers import faults
from ..peers.ai import AiPeer
from ..peers.fault import Fault
from ..platform.helpers import Program, until
from ..servers import StartWorker

IDEAS = "develop-ideas"


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    return empty_valkey


@pytest.fixture
def account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(accounts, "BACKOFF_SECONDS", (0.1, 0.2, 0.3))
    return Account(pace=Pace("peer"))


class Busy:
    """Says "too many" at first."""

    def __init__(self, times: int, retry_after: float | None = None, code: str = "rate_limited"):
        self.times, self.asked = times, 0
        self.error = ProviderError("Slow down.", code=code, retry=True, retry_after=retry_after)

    def __call__(self) -> str:
        self.asked += 1
        if self.asked <= self.times:
            raise self.error
        return "here you are"


def test_too_many_without_a_word_is_asked_again_after_growing_pauses(account: Account) -> None:
    busy = Busy(3)
    began = time.monotonic()
    assert account.in_turn(busy) == "here you are"
    assert 0.6 < time.monotonic() - began < 1.8


def test_too_many_for_ever_is_a_failure_of_the_attempt(account: Account) -> None:
    busy = Busy(99)
    with pytest.raises(ProviderError) as failure:
        account.in_turn(busy)
    assert (busy.asked, failure.value.code) == (4, "rate_limited")


def test_who_is_told_to_wait_again_and_again_loses_no_attempt(account: Account) -> None:
    busy = Busy(99, retry_after=0.05)
    with pytest.raises(NotYet):
        account.in_turn(busy)
    assert busy.asked == 4


def test_a_long_wait_is_not_waited_for_in_a_worker(account: Account, redis_url: str) -> None:
    busy = Busy(1, retry_after=600)
    with pytest.raises(NotYet) as not_yet:
        account.in_turn(busy)
    assert (busy.asked, not_yet.value.retry_after) == (1, pytest.approx(600, abs=2))
    with pytest.raises(NotYet):
        account.in_turn(busy)
    assert busy.asked == 1, "nobody asks before"


def test_a_server_in_trouble_that_says_for_how_long_is_left_alone_too(account: Account) -> None:
    with pytest.raises(ProviderError, match=r"Slow down\."):
        account.in_turn(Busy(1, retry_after=60, code="server_error"))
    with pytest.raises(NotYet):
        account.in_turn(Busy(0))


def test_what_is_known_already_needs_no_turn(account: Account) -> None:
    account.pace.hold(600)
    assert account.in_turn(Busy(0), known=lambda: True) == "here you are"


# ---- with real workers -----------------------------------------------------------------


@pytest.fixture
def ideas(site: Site) -> Callable[[int], Run]:
    """Start a run over so many clusters, one call each."""

    def start(clusters: int) -> Run:
        with transaction() as db:
            ids = [cluster.id for cluster in make_clusters(db, site, clusters)]
        return automation.run_stage(site, IDEAS, ids)

    return start


@pytest.fixture
def two_workers(ai_worker: StartWorker, reconciler: Program) -> StartWorker:
    """Start a pool of two, whose texts come from the peer."""
    return lambda **more: ai_worker("worker", IGNY8_WORKERS="2", **more)


def settled(run: Run) -> int:
    return sum(item.status == ItemStatus.DONE for item in items_of(run.stages[0]))


def over(run: Run) -> bool:
    return refreshed(run).status == "completed"


def notice(run: Run) -> str | None:
    with reading() as db:
        return processing_state(db, find_run(db, run.id)).notice


def test_what_one_worker_is_told_holds_the_other_as_well(
    ideas: Callable[[int], Run], two_workers: StartWorker, peer: AiPeer
) -> None:
    peer.latency = 0.1
    run = ideas(16)
    peer.will(IDEAS, *[None] * 6, faults.too_many(2))
    two_workers()
    until(lambda: over(run), 60)

    [refused] = [call for call in peer.calls if call.status == 429]
    later = [call.started - refused.finished for call in peer.calls]
    assert len([after for after in later if 0 < after < 1.7]) <= 1, "the other, on its way already"
    assert len([after for after in later if after >= 1.7]) >= 8
    assert {item.attempts for item in items_of(run.stages[0])} == {1}
    assert len(peer.calls) == 17


def test_a_minute_has_no_more_requests_than_were_set(
    ideas: Callable[[int], Run], two_workers: StartWorker, peer: AiPeer
) -> None:
    run = ideas(16)
    two_workers(IGNY8_TEXT_REQUESTS_PER_MINUTE="180", IGNY8_LANES="16")
    until(lambda: over(run), 60)

    started = [call.started for call in peer.calls]
    assert len(started) == 16
    for first, fourth in zip(started, started[3:], strict=False):
        assert fourth - first > 0.93, "three a second"
    assert started[-1] - started[0] < 7, "and no fewer, by much"
    assert {item.attempts for item in items_of(run.stages[0])} == {1}


@pytest.mark.parametrize("fault", [faults.no_quota, faults.bad_key, faults.unknown_model])
def test_what_waiting_does_not_help_pauses_at_once_and_goes_on_when_it_is_mended(
    ideas: Callable[[int], Run],
    two_workers: StartWorker,
    peer: AiPeer,
    fault: Callable[[], Fault],
) -> None:
    run = ideas(40)
    peer.always(IDEAS, fault())
    two_workers()
    until(lambda: refreshed(run).status == "paused", 30)
    until(lambda: not peer.in_flight)

    assert len(peer.calls) <= 4, "one a lane at most"
    assert settled(run) == 0
    paused = refreshed(run)
    assert paused.paused_for == fault().name
    until(lambda: {item.attempts for item in items_of(run.stages[0])} == {0})

    peer.forget_faults()
    automation.resume(paused)
    until(lambda: over(run), 60)
    assert {item.attempts for item in items_of(run.stages[0])} == {1}


def test_a_long_wait_is_told_on_the_card_and_costs_no_attempt(
    ideas: Callable[[int], Run], two_workers: StartWorker, peer: AiPeer, redis_url: str
) -> None:
    run = ideas(12)
    peer.will(IDEAS, None, faults.too_many(600))
    two_workers()
    until(lambda: (notice(run) or "").startswith("Waiting for the provider: it takes no more"), 30)

    assert len(peer.calls) <= 5, "but for what was under way, nobody asked"

    def given_back() -> bool:
        seen = {(item.status, item.attempts) for item in items_of(run.stages[0])}
        return seen == {("pending", 0), ("done", 1)}

    until(given_back)  # a lane that comes by may have an item in hand for a moment

    with Redis.from_url(redis_url) as client:  # what ten minutes do
        client.delete(*client.keys("igny8:pace:*"))
    with transaction() as db:
        db.execute(sa.update(RunItem).values(not_before=db_now(-1)))
    until(lambda: over(run), 60)
    assert {item.attempts for item in items_of(run.stages[0])} == {1}
    assert notice(run) is None


def test_lanes_that_have_to_wait_rest_and_do_not_try_one_item_after_the_other(
    ideas: Callable[[int], Run], sent: object, rings: Rings, peer: AiPeer
) -> None:
    run = ideas(30)
    peer.will(IDEAS, faults.too_many(600))
    rings.answer_all()

    touched = [item for item in items_of(run.stages[0]) if item.not_before or item.error]
    assert len(touched) == len(rings.all) == 4, "one a lane"
    assert len(peer.calls) == 1


def test_a_site_whose_provider_waits_leaves_the_workers_to_others(
    ideas: Callable[[int], Run],
    two_workers: StartWorker,
    peer: AiPeer,
) -> None:
    """Sixteen lanes, ten requests a minute, two workers: a quick run beside it is soon over."""
    slow = ideas(30)
    two_workers(IGNY8_TEXT_REQUESTS_PER_MINUTE="10", IGNY8_LANES="16")
    until(lambda: len(peer.calls) >= 1, 30)
    with transaction() as db:
        other = Site(slug="quick", name="Quick", domain="quick.example")
        db.add(other)
        db.flush()
        ids = [cluster.id for cluster in make_clusters(db, other, 5)]
        db.add(ProviderSetting(site_id=other.id, kind=ProviderKind.TEXT, preset="offline"))
    began = time.monotonic()
    quick = automation.run_stage(other, IDEAS, ids)
    until(lambda: over(quick), 60)
    assert time.monotonic() - began < 10
    assert not over(slow)
    starts = [call.started for call in peer.calls]
    assert all(after - before > 5.5 for before, after in pairwise(starts))
