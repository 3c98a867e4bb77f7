"""Real parts beside the test: a Valkey server, workers and a reconciler, surely gone after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from igny8_web.platform.embedded_redis import answers, default_url, socket_path
from igny8_web.platform.processes import OWNER

from .peers.ai import AiPeer
from .platform.helpers import Program, until

PLAIN_RQ = (
    *("rq.cli", "worker", "--worker-class", "igny8_web.queue.LaneWorker"),
    *("--job-class", "igny8_web.queue.LaneJob"),
)
"""The documented line for operators, to be followed by --url and queues."""
RQ_QUEUES = ("igny8-manual", "igny8-automation")
LEASE_SECONDS = 2
GIVEN_UP_SOON = {"IGNY8_LEASE_SECONDS": str(LEASE_SECONDS)}
"""The environment of a process that is to die or to freeze.

Who is to live on has the long lease of the default: on a busy machine a heartbeat may be late by
more than two seconds, and a lease that was lost is an attempt more than the test counted on.
"""

StartWorker = Callable[..., Program]


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the embedded server, started for the session."""
    folder = tmp_path_factory.mktemp("valkey").resolve()
    words = "igny8_web.platform.embedded_redis"
    server = Program(folder, words, **{"IGNY8_DATA_DIR": str(folder), OWNER: str(folder)})
    until(lambda: answers(socket_path(folder)))
    yield default_url(folder)
    server.clean_up()


@pytest.fixture
def empty_valkey(valkey: str) -> str:
    """The same without any key."""
    with Redis.from_url(valkey) as client:
        client.flushall()
    return valkey


@pytest.fixture
def worker(app: Flask, tmp_path: Path) -> Iterator[StartWorker]:
    """Start ``python -m words…`` as a process with the configuration of the test's app."""
    config = app.extensions["igny8"].config
    started: list[Program] = []

    def start(*words: str, queues: Sequence[str] = RQ_QUEUES, **env: str) -> Program:
        common = {
            "IGNY8_DATA_DIR": str(config.data_dir),
            "IGNY8_DATABASE_URL": config.database_url,
            "IGNY8_REDIS_URL": config.redis_url,
            OWNER: str(config.data_dir),
        }
        if words[0] == "rq.cli":
            words = (*words, "--url", config.redis_url, *queues)
        started.append(Program(tmp_path, *words, **{**common, **env}))
        return started[-1]

    yield start
    for each in started:
        each.clean_up()


def ai_settings(peer: AiPeer) -> dict[str, str]:
    """The environment of a process that asks the peer for its texts."""
    return {
        "IGNY8_TEXT_BASE_URL": peer.url,
        "IGNY8_TEXT_API_KEY": peer.key,
        "IGNY8_TEXT_MODEL": peer.models[0],
    }


@pytest.fixture
def pool_worker(worker: StartWorker) -> StartWorker:
    """Start ``worker.py``, as ``make run`` does."""
    return lambda **env: worker("worker", **env)


@pytest.fixture
def ai_worker(worker: StartWorker, peer: AiPeer) -> StartWorker:
    """Start the documented ``rq worker`` whose text comes from the peer, over HTTP.

    Other words start another program in the same way: ``ai_worker("worker")`` the pool.
    """
    return lambda *words, **more: worker(*(words or PLAIN_RQ), **{**ai_settings(peer), **more})


@pytest.fixture
def reconciler(worker: StartWorker) -> Program:
    """The reconciler's own process, a round every second, so that nobody has to touch anything."""
    return worker("igny8_web.reconciling", IGNY8_RECONCILE_SECONDS="1")
