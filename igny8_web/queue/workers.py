"""The workers: RQ's own, that do nothing but our jobs and outlive a Redis that goes away."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from redis.exceptions import ConnectionError, RedisError, TimeoutError
from rq import Queue, SimpleWorker, Worker, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import now
from rq.worker import BaseWorker

from .. import logs
from ..waiting import in_a_line, is_away
from .lane_jobs import LaneJob, LaneQueue, RefusedJob

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

WORKER_TTL = 60
"""Seconds after which an idle worker speaks to Redis, and so finds out that it is gone.

RQ's seven minutes would be lost when a connection dies without a word.
"""
SAME_OUTAGE = 20.0
"""Seconds without a try that failed, after which the next one is news."""


def _unless_away(method: Callable[..., Any]) -> Callable[..., Any]:
    """Do without what only tells Redis how the worker is: its loop waits for Redis by itself."""

    @wraps(method)
    def quiet(self: BaseWorker, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except (ConnectionError, TimeoutError) as error:
            log.debug("Redis is away: %s", error)

    return quiet


class _Once(logging.Filter):
    """RQ says at each try that Redis is away: once in an outage will do."""

    last = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to say it."""
        if "could not connect to Redis" not in str(record.msg):
            return True
        before, self.last = self.last, time.monotonic()
        return self.last - before > SAME_OUTAGE


logging.getLogger("rq.worker").addFilter(_Once())


class _InApp(BaseWorker):
    """What our workers share: our classes, an app made once, and patience with Redis."""

    app: Flask | None = None
    # A try each second: RQ forgets its growing pauses only when it gets a job, so that a Redis
    # which is away again and again found its workers asleep in most of the moments it was there.
    exponential_backoff_factor = 1.0

    def __init__(self, queues: Any, *args: Any, **kwargs: Any) -> None:
        # Ours whatever the command line says: another Job class would run what we refuse, and
        # queues that RQ made would unpickle it.
        kwargs.update(serializer=JSONSerializer, job_class=LaneJob, queue_class=LaneQueue)
        kwargs["worker_ttl"] = WORKER_TTL
        names = [queue.name if isinstance(queue, Queue) else queue for queue in queues]
        super().__init__(names, *args, **kwargs)

    def bootstrap(self, *args: Any, **kwargs: Any) -> None:
        """Load the app, and everything a job needs, before the first job."""
        if self.app is None:
            from .. import create_worker_app

            type(self).app = create_worker_app()
        super().bootstrap(*args, **kwargs)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do the job. What is not told to Redis is no loss: its work is in the database."""
        try:
            super().execute_job(job, queue)
        except RedisError as error:
            log.warning("Redis went away around job %s: %s", job.id, error)
        finally:
            self.executions.clear()  # one that could not be registered would be the next job's

    def perform_job(self, job: Job, *args: Any) -> bool:
        """Run the job inside the app."""
        assert self.app is not None
        with self.app.app_context(), logs.about(job=job.id):
            return super().perform_job(job, *args)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log what ended the job: in a line where it says all there is to know."""
        error = exc_info[1]
        if isinstance(error, RefusedJob | RedisError):
            log.warning("job %s: %s", job.id, error)
        elif is_away(error):
            log.warning("job %s: the database is away: %s", job.id, in_a_line(error))
        elif getattr(job, "performed", False):
            log.warning("job %s is done, Redis lost track of it: %r", job.id, error)
        else:
            super().handle_exception(job, *exc_info)

    def run_maintenance_tasks(self) -> None:
        """Tidy up RQ's registries; what somebody else wrote there ends no worker."""
        try:
            super().run_maintenance_tasks()  # type: ignore[no-untyped-call] # of RQ
        except StopRequested:
            raise
        except Exception as error:
            log.warning("could not tidy up RQ's registries: %s: %s", type(error).__name__, error)
            self.last_cleaned_at = now()  # type: ignore[assignment] # RQ writes it so itself

    @_unless_away
    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Say that we are alive, and who we are where Redis forgot."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None and not self.connection.hexists(self.key, "birth"):
            self.connection.hset(self.key, mapping=self.serialize())
            worker_registration.register(self)

    set_state = _unless_away(BaseWorker.set_state)
    check_for_suspension = _unless_away(BaseWorker.check_for_suspension)
    maintain_heartbeats = _unless_away(BaseWorker.maintain_heartbeats)
    set_shutdown_requested_date = _unless_away(BaseWorker.set_shutdown_requested_date)
    register_death = _unless_away(BaseWorker.register_death)
    unsubscribe = _unless_away(BaseWorker.unsubscribe)


class LaneWorker(_InApp, Worker):
    """For ``rq worker``: a process for each job, so that nothing of one reaches the next."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Run the job in the child, with database connections of its own."""
        assert self.app is not None
        from ..extensions import db

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
