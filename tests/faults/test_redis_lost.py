"""Redis forgets: jobs that wait and a job in hand are made up for from SQL, by nobody's hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from igny8_web.models import Run
from igny8_web.queue import AUTOMATION, MANUAL

from ..peers.ai import AiPeer
from ..platform.helpers import until
from ..servers import PLAIN_RQ, StartWorker
from .conftest import attempts, in_hand, is_over
from .invariants import Watch
from .outages import EmbeddedRedis, OwnRedis, running

pytestmark = pytest.mark.usefixtures("reconciler")


def _empty(redis: OwnRedis) -> None:
    with Redis.from_url(redis.url) as client:
        client.flushall()


def _restart(redis: OwnRedis) -> None:
    redis.kill()
    redis.start()


def _restart_without_files(redis: OwnRedis) -> None:
    redis.kill()
    redis.lose_files()
    redis.start()


LOSSES: dict[str, tuple[type[OwnRedis], Callable[[OwnRedis], None]]] = {
    "FLUSHALL": (OwnRedis, _empty),
    "killed, without a file": (OwnRedis, _restart),
    "embedded, killed": (EmbeddedRedis, _restart),
    "embedded, killed, its file lost": (EmbeddedRedis, _restart_without_files),
}
EACH = [
    pytest.param(how, marks=() if how == "FLUSHALL" else pytest.mark.slow, id=how) for how in LOSSES
]
WORDS = pytest.mark.parametrize(
    "words",
    [PLAIN_RQ, pytest.param(("worker",), marks=pytest.mark.slow)],
    ids=["rq worker", "worker.py"],
)


@pytest.fixture(params=EACH)
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def redis(how: str) -> Iterator[OwnRedis]:
    with running(LOSSES[how][0]) as server:
        yield server


@pytest.fixture
def redis_url(redis: OwnRedis) -> str:
    return redis.url


def waiting(redis: OwnRedis) -> int:
    with Redis.from_url(redis.url) as client:
        return sum(client.llen(f"rq:queue:{name}") for name in (MANUAL, AUTOMATION))


def test_jobs_that_were_lost_while_they_waited_are_rung_again_within_30_seconds(
    how: str, redis: OwnRedis, run: Run, watch: Watch, ai_worker: StartWorker
) -> None:
    assert waiting(redis) == 3
    LOSSES[how][1](redis)
    if how == "embedded, killed":
        assert waiting(redis) == 3, "its file kept them"
    else:
        until(lambda: waiting(redis), 30)

    ai_worker()

    until(lambda: is_over(run), 30)
    assert attempts(run) == [1, 1, 1]


@WORDS
def test_a_redis_that_forgets_in_the_middle_of_an_item_costs_no_attempt(
    how: str,
    words: tuple[str, ...],
    redis: OwnRedis,
    run: Run,
    watch: Watch,
    held: AiPeer,
    ai_worker: StartWorker,
) -> None:
    program = ai_worker(*words, IGNY8_WORKERS="1")
    in_hand(held)

    LOSSES[how][1](redis)
    held.release()

    until(lambda: is_over(run), 45)
    assert attempts(run) == [1, 1, 1]
    assert program.popen.poll() is None, program.said
    assert "Traceback" not in program.said


@pytest.mark.slow(seconds=45)
@pytest.mark.each_database
def test_a_redis_that_forgets_again_and_again_only_slows_a_run_down(
    how: str, redis: OwnRedis, run: Run, watch: Watch, peer: AiPeer, ai_worker: StartWorker
) -> None:
    peer.latency = 1.0
    for words in (PLAIN_RQ, ("worker",)):
        ai_worker(*words, IGNY8_WORKERS="1", IGNY8_SLICE_SECONDS="1")

    def over_in_spite_of_it() -> bool:
        LOSSES[how][1](redis)
        time.sleep(1.5)
        return is_over(run)

    until(over_in_spite_of_it, 120)
    assert attempts(run) == [1, 1, 1]
