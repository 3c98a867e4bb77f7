"""Whoever can write to Redis cannot make our workers do anything but our jobs, nor end them."""

from __future__ import annotations

import pickle
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Callback, Queue, Repeat, Retry, Webhook
from rq.serializers import JSONSerializer

from igny8_web.extensions import transaction
from igny8_web.models import Run, Site
from igny8_web.queue import MANUAL
from igny8_web.services import automation

from .. import mischief
from ..engine import refreshed
from ..factories import make_idea
from ..platform.helpers import Program, until
from ..servers import PLAIN_RQ, StartWorker

WORDS = pytest.mark.parametrize(
    "words",
    [PLAIN_RQ, pytest.param(PLAIN_RQ[:-2], marks=pytest.mark.slow), ("worker",)],
    ids=["rq worker", "rq worker without --job-class", "worker.py"],
)
WORK_LANE = "igny8_web.jobs.work_lane"
FAILED, STARTED = f"rq:failed:{MANUAL}", f"rq:wip:{MANUAL}"


class Pickled(mischief.Nuisance):
    """Leaves its mark when somebody unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return mischief.leave_mark, (self.mark,)


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[Path]:
    """A file that is never to be made."""
    mark = tmp_path / "mark"
    yield mark
    assert not mark.exists()


@pytest.fixture
def client(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def ours(client: Redis) -> Queue:
    """Our queue as somebody else writes to it, in JSON."""
    return Queue(MANUAL, connection=client, serializer=JSONSerializer)


@pytest.fixture
def theirs(client: Redis) -> Queue:
    """The same in pickles."""
    return Queue(MANUAL, connection=client)


def work_on_after(
    site: Site, worker: StartWorker, words: tuple[str, ...], client: Redis
) -> tuple[Program, Run]:
    """Start a worker on what is queued; it must get to a real job behind all that, and live."""
    with transaction() as db:
        idea = make_idea(db, site)
    run = automation.run_stage(site, "queue-tasks", [idea.id])
    program = worker(*words, IGNY8_WORKERS="1")
    until(lambda: refreshed(run).status == "completed", 30)
    until(lambda: not client.llen(f"rq:queue:{MANUAL}"))
    assert program.popen.poll() is None, program.said
    assert "quitting" not in program.said, program.said
    return program, run


def test_the_mischief_of_these_tests_would_leave_its_mark(tmp_path: Path) -> None:
    mark = tmp_path / "own-mark"
    pickle.loads(pickle.dumps(Pickled(str(mark))))

    assert mark.exists()


@WORDS
def test_a_job_that_names_another_function_is_refused(
    words: tuple[str, ...],
    site: Site,
    worker: StartWorker,
    client: Redis,
    ours: Queue,
    theirs: Queue,
    mark: Path,
) -> None:
    named = [
        ours.enqueue_call("os.system", args=(f"touch {mark}",)),
        ours.enqueue_call("tests.mischief.leave_mark", args=(str(mark),)),
        ours.enqueue_call("igny8_web.pipeline.reconciler.reconcile"),
        ours.enqueue_call("os.system", args=(f"touch {mark}",), retry=Retry(max=1000)),
    ]
    unreadable = [
        theirs.enqueue_call("os.system", args=(f"touch {mark}",)),
        theirs.enqueue_call(Pickled(str(mark)).nothing),
        theirs.enqueue_call(WORK_LANE, args=(Pickled(str(mark)),)),
        theirs.enqueue_call(WORK_LANE, args=(0,), meta={"mark": Pickled(str(mark))}),
    ]
    strange = ours.enqueue_call(WORK_LANE)
    client.hset(strange.key, "data", b'[["os.system"], null, [], {}]')

    program, _ = work_on_after(site, worker, words, client)

    failed = {job_id.decode() for job_id in client.zrange(FAILED, 0, -1)}
    assert failed >= {job.id for job in (*named, *unreadable, strange)}
    assert program.said.count("refused a job that names") == len(named) + 1
    assert program.said.count("refused a job whose data is not ours") == len(unreadable)
    assert "Traceback" not in program.said


@WORDS
def test_a_job_of_ours_does_not_call_back_or_bring_others_along(
    words: tuple[str, ...],
    site: Site,
    worker: StartWorker,
    client: Redis,
    ours: Queue,
    mark: Path,
) -> None:
    call = Callback("tests.mischief.leave_mark_for_job")
    with socket.create_server(("127.0.0.1", 0)) as hook:
        hook.settimeout(0)
        url = f"http://127.0.0.1:{hook.getsockname()[1]}/"
        for args in ((0,), (0, "one too many")):  # the second one fails
            ours.enqueue_call(
                WORK_LANE,
                args=args,
                on_success=call,
                on_failure=call,
                description=str(mark),
                webhooks=[Webhook(url, status) for status in ("finished", "failed")],
                repeat=Repeat(times=3, interval=0),
            )
        first = ours.enqueue_call(WORK_LANE, args=(0,))
        ours.enqueue_call("os.system", args=(f"touch {mark}",), depends_on=first)

        work_on_after(site, worker, words, client)
        until(lambda: client.zcard(FAILED) == 2)

        with pytest.raises(BlockingIOError):
            hook.accept()
    assert not client.zcard(f"rq:scheduled:{MANUAL}")


@WORDS
def test_what_cannot_even_be_read_ends_no_worker(
    words: tuple[str, ...],
    site: Site,
    worker: StartWorker,
    client: Redis,
    ours: Queue,
    mark: Path,
) -> None:
    queue = f"rq:queue:{MANUAL}"
    for field, value in {
        "timeout": b"for ever",
        "created_at": b"yesterday",
        "status": b"eager",
        "description": b"\xff\xfe",
        "origin": b"\xff",
        "result_ttl": b"-",
        "retry_intervals": b"{",
        "success_callback_name": b"\xff",
        "data": b"\x78\x9c garbage",
    }.items():
        client.hset(ours.enqueue_call(WORK_LANE, args=(0,)).key, field, value)
    client.set("rq:job:a-string", "no hash")
    client.hset("rq:job:empty", "nothing", "here")
    client.rpush(queue, "a-string", "empty", "nowhere", "", b"\xff\xfe", "../../etc/passwd", "a:b")

    program, _ = work_on_after(site, worker, words, client)

    assert "refused a job that cannot be read" in program.said
    assert "refused a job whose id is no text" in program.said


@WORDS
def test_what_somebody_wrote_into_rqs_registries_is_neither_run_nor_deadly(
    words: tuple[str, ...],
    site: Site,
    worker: StartWorker,
    client: Redis,
    ours: Queue,
    mark: Path,
) -> None:
    abandoned = ours.enqueue_call(
        WORK_LANE,
        args=(0,),
        on_failure=Callback("tests.mischief.leave_mark_for_job"),
        description=str(mark),
    )
    client.lrem(ours.key, 0, abandoned.id)
    client.hset(
        abandoned.key, mapping={"status": "started", "meta": pickle.dumps(Pickled(str(mark)))}
    )
    client.zadd(STARTED, {f"{abandoned.id}:1": time.time() - 60})
    work_on_after(site, worker, words, client)
    assert client.zscore(STARTED, f"{abandoned.id}:1") is None, "RQ looked at it"

    client.delete(f"rq:clean_registries:{MANUAL}")
    client.zadd(STARTED, {"no colon": 1, b"\xff\xfe": 1})
    client.sadd(f"rq:workers:{MANUAL}", b"\xff")
    work_on_after(site, worker, words, client)
