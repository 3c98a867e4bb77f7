"""All workers together ask a provider no faster than it takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from igny8_web.pipeline import pace
from igny8_web.pipeline.pace import FREE, NotYet, Pace

SideBySide = Callable[..., list[Any]]


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    return empty_valkey


@pytest.fixture
def sent(side_by_side: SideBySide) -> Callable[..., list[float]]:
    """The seconds at which so many lanes got their turns, each ``times`` in a row."""

    def sent(pace: Pace, lanes: int, times: int = 1) -> list[float]:
        began, seen, lock = time.monotonic(), [], threading.Lock()

        def lane() -> None:
            for _ in range(times):
                pace.wait_for_turn()
                with lock:
                    seen.append(time.monotonic() - began)

        assert side_by_side(*[lane] * lanes) == [None] * lanes
        return sorted(seen)

    return sent


def seconds_for(call: Callable[[], Any]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def most_within(seconds: float, moments: Sequence[float]) -> int:
    """How many of them fall into any such window."""
    return max(sum(start <= at < start + seconds for at in moments) for start in moments)


def test_lanes_side_by_side_leave_one_after_the_other(sent: Callable[..., list[float]]) -> None:
    moments = sent(Pace("peer", requests_per_minute=600), lanes=4, times=5)

    assert len(moments) == 20
    assert all(0.04 < after - before < 0.4 for before, after in pairwise(moments))
    assert most_within(1, moments) <= 11, "600 a minute are ten a second"
    assert moments[-1] < 1.9 * 1.3, "nobody waits longer than that takes"


def test_after_a_rest_there_is_no_burst(app: Flask, sent: Callable[..., list[float]]) -> None:
    pace = Pace("peer", requests_per_minute=300)
    pace.wait_for_turn()
    time.sleep(0.5)
    first, *_, last = sent(pace, lanes=4)
    assert first < 0.2
    assert last > 0.55


def test_another_provider_has_a_limit_of_its_own(app: Flask) -> None:
    Pace("one", requests_per_minute=1).wait_for_turn()
    with pytest.raises(NotYet):
        Pace("one", requests_per_minute=1).wait_for_turn()
    Pace("two", requests_per_minute=1).wait_for_turn()


def test_tokens_count_as_well(app: Flask) -> None:
    pace = Pace("peer", tokens_per_minute=60_000)
    pace.wait_for_turn(tokens=500)
    assert 0.35 < seconds_for(lambda: pace.wait_for_turn(tokens=60_000)) < 0.9
    with pytest.raises(NotYet) as not_yet:
        pace.wait_for_turn(tokens=1)
    assert not_yet.value.retry_after == pytest.approx(60, abs=1.5)


def test_a_request_larger_than_a_whole_minute_takes_the_whole_minute(app: Flask) -> None:
    Pace("peer", tokens_per_minute=1000).wait_for_turn(tokens=500_000)
    with pytest.raises(NotYet) as not_yet:
        Pace("peer", tokens_per_minute=1000).wait_for_turn(tokens=1)
    assert not_yet.value.retry_after == pytest.approx(60, abs=1.5)


def test_one_lane_waits_in_line_and_the_others_leave_their_workers_to_others(
    app: Flask, side_by_side: SideBySide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "PATIENCE", 0.1)
    slow = Pace("peer", requests_per_minute=60)
    slow.wait_for_turn()

    began = time.monotonic()
    came = side_by_side(*[slow.wait_for_turn] * 4)

    assert sorted(str(type(each).__name__) for each in came) == ["NoneType"] + ["NotYet"] * 3
    assert 0.7 < time.monotonic() - began < 1.6
    assert 1 < min(each.retry_after for each in came if each) < 2.1


def test_when_the_provider_asks_one_worker_to_wait_all_do(app: Flask) -> None:
    Pace("peer").hold(0.4)
    assert 0.2 < seconds_for(Pace("peer").wait_for_turn) < 1.5


def test_when_the_wait_is_over_they_do_not_all_start_at_once(
    app: Flask, sent: Callable[..., list[float]]
) -> None:
    Pace("peer").hold(0.3)
    moments = sent(Pace("peer"), lanes=5)
    assert moments[0] > 0.2
    assert all(after - before > 0.05 for before, after in pairwise(moments))


def test_who_waited_waits_on_when_the_first_was_sent_back_again(
    app: Flask, side_by_side: SideBySide
) -> None:
    Pace("peer").hold(0.3)

    def sent_back() -> None:
        Pace("peer").wait_for_turn()
        Pace("peer").hold(1)

    def patient() -> float:
        time.sleep(0.1)
        return seconds_for(Pace("peer").wait_for_turn)

    _, waited = side_by_side(sent_back, patient)
    assert waited > 1


def test_a_shorter_wait_does_not_end_a_longer_one(app: Flask, redis_url: str) -> None:
    Pace("peer").hold(60)
    Pace("peer").hold(1)
    with Redis.from_url(redis_url) as client:
        assert client.pttl("igny8:pace:peer:hold") > 50_000


def test_a_long_wait_gives_the_item_back_and_says_for_how_long(app: Flask) -> None:
    Pace("peer").hold(90)
    with pytest.raises(NotYet) as not_yet:
        Pace("peer").wait_for_turn()
    assert not_yet.value.retry_after == pytest.approx(90, abs=2)
    assert not_yet.value.code == "waits"


def test_nobody_is_made_to_wait_for_a_day(app: Flask) -> None:
    Pace("peer").hold(86_400)
    with pytest.raises(NotYet) as not_yet:
        Pace("peer").wait_for_turn()
    assert not_yet.value.retry_after == pytest.approx(900, abs=2)


def test_a_worker_that_is_told_to_stop_waits_no_longer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    Pace("peer").hold(4)
    monkeypatch.setattr(pace, "stopping", lambda: True)
    with pytest.raises(NotYet):
        Pace("peer").wait_for_turn()


def test_nothing_stays_in_redis_for_ever(app: Flask, redis_url: str) -> None:
    Pace("peer", requests_per_minute=60, tokens_per_minute=1000).wait_for_turn(500)
    Pace("peer").hold(5)
    with Redis.from_url(redis_url) as client:
        assert [0 < client.ttl(key) < 200 for key in client.keys("igny8:pace:*")] == [True] * 2


def test_the_offline_providers_are_not_counted(app: Flask, redis_url: str) -> None:
    FREE.wait_for_turn(10**9)
    with Redis.from_url(redis_url) as client:
        assert client.keys("igny8:pace:*") == []


class TestWithoutRedis:
    @pytest.fixture
    def redis_url(self, tmp_path_factory: pytest.TempPathFactory) -> str:
        return f"unix://{tmp_path_factory.mktemp('none') / 'no-redis.sock'}"

    def test_nothing_is_held_back(self, app: Flask) -> None:
        strict = Pace("peer", requests_per_minute=1)
        assert seconds_for(lambda: [strict.wait_for_turn() for _ in range(3)]) < 2

    def test_an_item_that_has_to_wait_goes_back_at_once(self, app: Flask) -> None:
        with pytest.raises(NotYet) as not_yet:
            Pace("peer").hold(7)
        assert not_yet.value.retry_after == 7
