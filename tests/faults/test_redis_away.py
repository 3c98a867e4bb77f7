"""Redis is away for a while: nobody waits for it, nothing is lost, and all goes on by itself."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from rq import Worker

from igny8_web.extensions import session, transaction
from igny8_web.models import Keyword, Run, Site, User
from igny8_web.services import accounts, automation

from ..api.conftest import Api
from ..engine import refreshed
from ..peers.ai import AiPeer
from ..platform.helpers import Program, until
from ..servers import PLAIN_RQ, StartWorker
from ..visitor import Visitor
from .conftest import attempts, in_hand, is_over
from .invariants import Watch
from .outages import OwnRedis, running

UNHEARD = "Saved, waiting for the queue."
PAGE = "/sites/brew-notes/automation/"
AWAY: dict[str, tuple[Callable[[OwnRedis], None], Callable[[OwnRedis], None]]] = {
    "stopped": (OwnRedis.kill, OwnRedis.start),
    "silent": (OwnRedis.freeze, OwnRedis.thaw),
}
"""Two ways to be away, and how each ends."""
HOW = ["stopped", pytest.param("silent", marks=pytest.mark.slow)]
FOR = pytest.mark.parametrize(
    ("database_url", "seconds"),
    [
        ("sqlite", 3),
        pytest.param("sqlite", 60, marks=pytest.mark.slow(seconds=60)),
        pytest.param("postgres", 60, marks=[pytest.mark.slow(seconds=60), pytest.mark.postgres]),
    ],
    indirect=["database_url"],
)


@pytest.fixture
def redis() -> Iterator[OwnRedis]:
    """A server of this test's own."""
    with running(OwnRedis) as server:
        yield server


@pytest.fixture
def redis_url(redis: OwnRedis) -> str:
    return redis.url


@pytest.fixture
def keywords(site: Site) -> None:
    """Two keywords wait."""
    phrases = ("how to clean a french press", "french press cleaning")
    with transaction() as db:
        db.add_all(Keyword(site_id=site.id, phrase=p, folded=p) for p in phrases)


def live_run(site: Site) -> Run:
    run = automation.live_run(site)
    assert run is not None
    return run


def workers_of(redis: OwnRedis) -> int:
    from redis import Redis

    with Redis.from_url(redis.url) as client:
        return Worker.count(connection=client)


@FOR
@pytest.mark.parametrize("how", HOW)
def test_run_now_is_saved_at_once_and_begins_when_redis_is_back(
    how: str,
    redis: OwnRedis,
    site: Site,
    keywords: None,
    owner_client: Visitor,
    pool_worker: StartWorker,
    worker: StartWorker,
    watched: Callable[[Run], Watch],
    seconds: float,
) -> None:
    go_away, come_back = AWAY[how]
    pauses = {} if seconds == 60 else {"IGNY8_RECONCILE_SECONDS": "1"}
    reconciler = worker("igny8_web.reconciling", **pauses)
    pool_worker()
    until(lambda: workers_of(redis) == 2, 30)
    token = owner_client.token()
    go_away(redis)

    began = time.monotonic()
    answer = owner_client.post(f"{PAGE}run", headers={"X-CSRFToken": token})
    assert time.monotonic() - began < 1.5
    assert answer.status_code == 302
    run = live_run(site)
    watch = watched(run)

    page = owner_client.get(PAGE).text
    assert page.count(UNHEARD) == 2, "once as a message, once on the card"
    polled = re.search(r'hx-get="([^"]*/card\?[^"]*)"', page)
    assert polled
    time.sleep(seconds)
    card = owner_client.get(polled[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert card.status_code == 204 or UNHEARD in card.text, "the card goes on"
    assert refreshed(run).status == "queued"

    come_back(redis)
    until(lambda: is_over(run), 45)
    assert not watch.said("waiting for a worker") or watch.seen[0].notice == UNHEARD
    assert "Traceback" not in reconciler.said
    assert reconciler.said.count("Redis is away") <= seconds + 2


@pytest.mark.parametrize("how", AWAY)
def test_the_api_and_the_command_line_start_runs_while_redis_is_away(
    how: str, app: Flask, redis: OwnRedis, site: Site, keywords: None, client: Visitor, owner: User
) -> None:
    api = Api(client, accounts.create_token(owner))
    AWAY[how][0](redis)

    began = time.monotonic()
    answer = api.post("/automation/run_now/", query_string={"site_id": site.id})
    assert time.monotonic() - began < 1.5
    assert answer.status_code == 202
    first = live_run(site)
    seen = api.get("/automation/current_processing/", site_id=site.id).json
    assert seen is not None
    assert seen["data"]["status"] == "queued"
    automation.cancel(first)

    began = time.monotonic()
    done = app.test_cli_runner().invoke(args=["run-automation", "--site", site.slug])
    assert time.monotonic() - began < 1.5
    assert done.exit_code == 0
    assert done.stdout.strip() == live_run(site).run_id
    assert UNHEARD in done.stderr
    AWAY[how][1](redis)


@pytest.mark.parametrize("how", HOW)
def test_a_pool_that_starts_without_redis_waits_for_it(
    how: str,
    redis: OwnRedis,
    run: Run,
    pool_worker: StartWorker,
    reconciler: Program,
    watched: Callable[[Run], Watch],
) -> None:
    watched(run)
    AWAY[how][0](redis)
    pool = pool_worker()
    if how == "stopped":
        pool.until_said("waiting for Redis, which is away", 30)
        time.sleep(1.5)  # three looks
        assert pool.said.count("waiting for Redis") == 2, "a line for each worker, once"
    else:
        time.sleep(5)
    AWAY[how][1](redis)

    until(lambda: is_over(run), 30)

    assert pool.popen.poll() is None
    assert "Traceback" not in pool.said


def test_a_pool_that_waits_for_redis_can_be_stopped(
    redis: OwnRedis, app: Flask, pool_worker: StartWorker
) -> None:
    redis.kill()
    pool = pool_worker()
    pool.until_said("waiting for Redis, which is away", 30)
    pool.send(signal.SIGTERM)
    assert pool.wait() == 0
    assert "Traceback" not in pool.said


@pytest.mark.slow
def test_a_plain_worker_that_starts_without_redis_ends_in_a_line_to_be_started_again(
    redis: OwnRedis,
    run: Run,
    watched: Callable[[Run], Watch],
    worker: StartWorker,
    reconciler: Program,
) -> None:
    watched(run)
    redis.kill()
    first = worker(*PLAIN_RQ)
    assert first.wait() == 1
    assert "Traceback" not in first.said
    redis.start()

    worker(*PLAIN_RQ)  # as systemd does: Restart=always

    until(lambda: is_over(run), 30)


WORDS = pytest.mark.parametrize(
    "words",
    [pytest.param(PLAIN_RQ, marks=pytest.mark.slow), ("worker",)],
    ids=["rq worker", "worker.py"],
)


@FOR
@WORDS
def test_workers_outlive_a_redis_that_goes_away_in_the_middle_of_an_item(
    words: tuple[str, ...],
    redis: OwnRedis,
    run: Run,
    watch: Watch,
    held: AiPeer,
    ai_worker: StartWorker,
    reconciler: Program,
    seconds: float,
) -> None:
    program = ai_worker(*words, IGNY8_WORKERS="1")
    in_hand(held)
    redis.kill()
    held.release()
    until(lambda: refreshed(run).stages[0].processed == 3)  # nobody asks Redis for this
    session().rollback()  # the database ends who sits in a transaction
    time.sleep(seconds)
    redis.start()

    until(lambda: is_over(run), 30)

    assert program.popen.poll() is None, program.said
    assert attempts(run) == [1, 1, 1]
    assert "Traceback" not in program.said
    assert program.said.count("could not connect to Redis") <= 1, "it is told once"
