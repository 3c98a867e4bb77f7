"""Redis only says "go": ringing, and workers that do nothing but our own jobs."""

from __future__ import annotations

import json
import socket
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis
from rq.exceptions import StopRequested
from rq.job import Job

from igny8_web.config import Config
from igny8_web.extensions import transaction
from igny8_web.models import Site
from igny8_web.pipeline.reconciler import RING_PATIENCE_SECONDS
from igny8_web.queue import (
    AUTOMATION,
    MANUAL,
    QUEUES,
    Bell,
    LaneJob,
    bounded_redis,
    queued,
    ring,
)
from igny8_web.services import automation

from .engine import refreshed
from .factories import make_idea

BELL = Bell(AUTOMATION, "igny8_web.jobs.work_lane", (7,), "run-1-stage-1-lane-1-ring-1", 60)


def test_a_ring_is_one_job_with_ids_as_json(empty_valkey: str) -> None:
    with Redis.from_url(empty_valkey) as client:
        assert ring(client, [BELL])
        [job_id] = client.lrange(f"rq:queue:{AUTOMATION}", 0, -1)
        job = client.hgetall(f"rq:job:{job_id.decode()}")

    assert job_id.decode() == BELL.job_id
    assert job[b"timeout"] == b"60"
    assert json.loads(zlib.decompress(job[b"data"])) == ["igny8_web.jobs.work_lane", None, [7], {}]


def test_several_rings_are_a_job_each_and_can_be_seen_until_they_are_taken(
    empty_valkey: str,
) -> None:
    bells = [replace(BELL, job_id=f"run-1-ring-{n}") for n in range(3)]
    bells.append(replace(BELL, queue=MANUAL, job_id="run-2-ring-1"))
    with Redis.from_url(empty_valkey) as client:
        assert ring(client, bells)
        assert queued(client) == {bell.job_id for bell in bells}
        client.lpop(f"rq:queue:{MANUAL}")
        assert queued(client) == {bell.job_id for bell in bells[:3]}


@pytest.fixture
def tarpit() -> Iterator[str]:
    """The URL of a server that lets everybody in and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


def test_a_redis_that_says_nothing_is_given_up_soon_however_many_rings_there_are(
    tarpit: str,
) -> None:
    bells = [
        replace(BELL, queue=name, job_id=f"{name}-{n}")
        for name in (MANUAL, AUTOMATION)
        for n in range(8)
    ]
    with bounded_redis(tarpit) as client:
        for ask in (lambda: ring(client, bells), lambda: queued(client)):
            began = time.monotonic()
            assert not ask()
            assert time.monotonic() - began < 1.2


def test_a_stop_that_arrives_while_a_job_is_read_stops_the_worker(
    empty_valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_job: Job) -> None:
        raise StopRequested

    monkeypatch.setattr(Job, "refresh", stop)
    with Redis.from_url(empty_valkey) as client, pytest.raises(StopRequested):
        LaneJob.fetch(BELL.job_id, client)


def test_a_ring_without_redis_is_a_line_in_the_log_and_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with bounded_redis(f"unix://{tmp_path / 'nobody'}") as client:
        assert not ring(client, [BELL])

    assert f"could not ring {BELL.job_id}: Redis is away" in caplog.text


def test_the_bounded_client_gives_up_within_a_second(tmp_path: Path) -> None:
    started = time.monotonic()
    with bounded_redis(f"unix://{tmp_path / 'nobody'}") as client, pytest.raises(NoRedis):
        client.ping()

    assert time.monotonic() - started < 1


def test_a_run_is_saved_while_redis_is_away(app: Flask, site: Site) -> None:
    with transaction() as db:
        idea = make_idea(db, site)

    run = automation.run_stage(site, "queue-tasks", [idea.id])

    assert refreshed(run).status == "queued"


def test_a_lost_job_is_repeated_within_30_seconds_unless_configured_otherwise() -> None:
    assert RING_PATIENCE_SECONDS + Config().reconcile_seconds <= 30


def test_a_persons_click_is_served_before_the_long_runs() -> None:
    assert QUEUES == (MANUAL, AUTOMATION)
