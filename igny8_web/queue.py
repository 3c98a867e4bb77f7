"""Redis only says "go": queues, ringing after the commit, and the worker that answers.

A plain ``rq worker`` serves the same queues when it is given our two classes::

    rq worker --worker-class igny8_web.queue.LaneWorker --job-class igny8_web.queue.LaneJob \\
        --url "$IGNY8_REDIS_URL" igny8-manual igny8-automation
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, SimpleWorker, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker

from .jobs_by_name import JOBS

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

MANUAL, AUTOMATION = QUEUES = ("igny8-manual", "igny8-automation")
"""A person's click is served before the long runs."""


class RefusedJob(Exception):
    """A job that names something other than our own jobs."""


class LaneJob(Job):
    """A job that may call our own functions and nothing else.

    Whoever can write to Redis could otherwise have ``os.system`` run: RQ imports whatever the
    job names, JSON serializer or not.
    """

    def _deserialize_data(self) -> None:
        super()._deserialize_data()  # type: ignore[no-untyped-call]
        if self._func_name not in JOBS or self._instance is not None:
            raise RefusedJob(f"refused a job that names {str(self._func_name)[:100]!r}")

    # RQ would import and call whatever a job names as its callbacks.
    success_callback = failure_callback = stopped_callback = property(lambda self: None)


class LaneQueue(Queue):
    """A queue of :class:`LaneJob`, written as JSON."""

    job_class = LaneJob


class _InApp(BaseWorker):
    """What our workers share: our classes, and an app made once, before any job."""

    job_class = LaneJob
    queue_class = LaneQueue
    app: Flask | None = None

    def __init__(self, queues: Any, *args: Any, **kwargs: Any) -> None:
        kwargs["serializer"] = JSONSerializer
        super().__init__(queues, *args, **kwargs)

    def bootstrap(self, *args: Any, **kwargs: Any) -> None:
        """Load the app, and everything a job needs, before the first job."""
        super().bootstrap(*args, **kwargs)
        if self.app is None:
            from . import create_worker_app

            type(self).app = create_worker_app()

    def perform_job(self, *args: Any) -> bool:
        """Run the job inside the app."""
        assert self.app is not None
        with self.app.app_context():
            return super().perform_job(*args)


class LaneWorker(_InApp, Worker):
    """For ``rq worker``: a process for each job, so that nothing of one reaches the next."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Run the job in the child, with database connections of its own."""
        assert self.app is not None
        from .extensions import db

        with self.app.app_context():
            db.engine.dispose(close=False)  # the parent's sockets are not ours to close
        super().main_work_horse(job, queue)

    def setup_work_horse_signals(self) -> None:
        """SIGTERM asks the lane to stop after the item in hand, whoever sent it."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _stop_soon)

    def handle_warm_shutdown_request(self) -> None:
        """Pass the wish to stop on to the child at work."""
        if self.horse_pid:
            self.kill_horse(signal.SIGTERM)


class PoolWorker(_InApp, SimpleWorker):
    """For ``worker.py``, whose pool replaces a dead worker: jobs run in the worker itself.

    One process and 90 MB less for each worker, and no fork for each slice.
    """

    def handle_warm_shutdown_request(self) -> None:
        """End the lane after the item in hand."""
        _stop_soon(signal.SIGTERM, None)


_stopping = False


def _stop_soon(_signal: int, _frame: Any) -> None:
    global _stopping
    _stopping = True


def stopping() -> bool:
    """Whether this process was asked to end after the item in hand."""
    return _stopping


def bounded_redis(url: str) -> Redis:
    """A client that gives up quickly: for the web, where nobody waits for Redis.

    redis-py's defaults block 4.3 s a call when the server is away.
    """
    return Redis.from_url(
        url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )


@dataclass(frozen=True)
class Bell:
    """One job to be put on a queue; ``timeout`` is in seconds."""

    queue: str
    function: str
    args: tuple[Any, ...]
    job_id: str
    timeout: int


def ring(redis: Redis, bells: Sequence[Bell]) -> bool:
    """Put the jobs on their queues; False (and a log line) when Redis is away.

    Nothing is lost then: the reconciler rings again.
    """
    try:
        for bell in bells:
            LaneQueue(bell.queue, connection=redis, serializer=JSONSerializer).enqueue_call(
                bell.function,
                args=bell.args,
                job_id=bell.job_id,
                timeout=bell.timeout,
                result_ttl=0,
                failure_ttl=86_400,
                description=f"{bell.function}{bell.args}",
            )
    except RedisError as error:
        log.warning("could not ring %s: Redis is away (%s)", bells[0].job_id, error)
        return False
    return True
