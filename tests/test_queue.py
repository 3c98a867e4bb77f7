"""Redis only says "go": ringing, and workers that do nothing but our own jobs."""

from __future__ import annotations

import json
import pickle
import time
import zlib
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis
from rq import Callback, Queue
from rq.serializers import JSONSerializer

from igny8_web.extensions import transaction
from igny8_web.models import Site
from igny8_web.queue import AUTOMATION, MANUAL, QUEUES, Bell, bounded_redis, ring
from igny8_web.services import automation

from . import mischief
from .engine import refreshed
from .factories import make_idea
from .platform.helpers import until
from .servers import PLAIN_RQ, StartWorker

BELL = Bell(AUTOMATION, "igny8_web.jobs.work_lane", (7,), "run-1-stage-1-lane-1-ring-1", 60)


class Pickled(mischief.Nuisance):
    """Leaves its mark when somebody unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return mischief.leave_mark, (self.mark,)


def test_a_ring_is_one_job_with_ids_as_json(empty_valkey: str) -> None:
    with Redis.from_url(empty_valkey) as client:
        assert ring(client, [BELL])
        [job_id] = client.lrange(f"rq:queue:{AUTOMATION}", 0, -1)
        job = client.hgetall(f"rq:job:{job_id.decode()}")

    assert job_id.decode() == BELL.job_id
    assert job[b"timeout"] == b"60"
    assert json.loads(zlib.decompress(job[b"data"])) == ["igny8_web.jobs.work_lane", None, [7], {}]


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


def test_a_persons_click_is_served_before_the_long_runs() -> None:
    assert QUEUES == (MANUAL, AUTOMATION)


class TestRefusals:
    """One real worker is offered what it must not do, then a job that it must."""

    @pytest.fixture
    def redis_url(self, empty_valkey: str) -> str:
        return empty_valkey

    def test_a_worker_refuses_every_job_but_ours_and_lives_on(
        self, app: Flask, site: Site, worker: StartWorker, redis_url: str, tmp_path: Path
    ) -> None:
        mark = tmp_path / "mark"
        with Redis.from_url(redis_url) as client:
            ours = Queue(MANUAL, connection=client, serializer=JSONSerializer)
            theirs = Queue(MANUAL, connection=client)
            bad = [
                ours.enqueue_call("os.system", args=(f"touch {mark}",)),
                ours.enqueue_call("tests.mischief.leave_mark", args=(str(mark),)),
                ours.enqueue_call("igny8_web.pipeline.reconciler.reconcile"),
                theirs.enqueue_call("os.system", args=(f"touch {mark}",)),
                theirs.enqueue_call(Pickled(str(mark)).nothing),
                theirs.enqueue_call("igny8_web.jobs.work_lane", args=(Pickled(str(mark)),)),
            ]
            called_back = ours.enqueue_call(
                "igny8_web.jobs.work_lane",
                args=(0,),
                on_success=Callback("tests.mischief.leave_mark_for_job"),
                on_failure=Callback("tests.mischief.leave_mark_for_job"),
                description=str(mark),
            )
            with transaction() as db:
                idea = make_idea(db, site)
            run = automation.run_stage(site, "queue-tasks", [idea.id])
            program = worker(*PLAIN_RQ)

            until(lambda: refreshed(run).status == "completed", 20)

            failed = {job_id.decode() for job_id in client.zrange(f"rq:failed:{MANUAL}", 0, -1)}
        assert {job.id for job in bad} <= failed, program.said
        assert called_back.id not in failed
        assert program.said.count("refused a job that names") >= 3
        assert not mark.exists()


def test_the_mischief_of_these_tests_would_leave_its_mark(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    pickle.loads(pickle.dumps(Pickled(str(mark))))

    assert mark.exists()
