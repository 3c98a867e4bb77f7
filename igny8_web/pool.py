"""The worker pool: the app is loaded once, workers are forked from it and share its memory."""

from __future__ import annotations

import gc
import logging
import signal
import time
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq.worker_pool import WorkerPool

from . import create_worker_app
from .current import House
from .extensions import db
from .queue import QUEUES, LaneJob, LaneQueue, PoolWorker

log = logging.getLogger(__name__)

JOBS_BEFORE_RENEWAL = 500
"""Then a worker ends and the pool forks a fresh one, so that no leak grows for ever."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds between two looks for a Redis that is away."""


class LanePool(WorkerPool):
    """RQ's pool, with workers that need no scheduler process beside them."""

    def get_worker_process(
        self, name: str, burst: bool, _sleep: float = 0, logging_level: str = "INFO"
    ) -> BaseProcess:
        """A worker in a forked process, not yet started."""
        return get_context("fork").Process(
            target=_work, args=(name, self.connection), name=f"worker {name}"
        )


def _work(name: str, connection: Redis) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # the pool's would end its other workers
    assert PoolWorker.app is not None
    with PoolWorker.app.app_context():
        db.engine.dispose(close=False)  # the pool's sockets are not ours to close
    connection.connection_pool.reset()
    wait_for(connection)
    try:
        worker = PoolWorker(list(QUEUES), name=name, connection=connection)
        worker.work(logging_level="WARNING", max_jobs=JOBS_BEFORE_RENEWAL)
    except RedisError as error:  # away again; the pool replaces this worker
        log.warning("a worker ends, Redis is away: %s", error)


def wait_for(redis: Redis) -> None:
    """Return once Redis answers; a line when it is away and one when it is back."""
    pause = FIRST_PAUSE
    while True:
        try:
            redis.ping()
        except RedisError as error:
            if pause == FIRST_PAUSE:
                log.warning("waiting for Redis, which is away: %s", error)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            if pause != FIRST_PAUSE:
                log.warning("Redis is back")
            return


def main(**overrides: Any) -> int:
    """Run the pool until SIGTERM or SIGINT; the items in hand are finished first."""
    app = PoolWorker.app = create_worker_app(**overrides)
    house: House = app.extensions["igny8"]
    gc.freeze()  # what is loaded stays shared between the processes
    pool = LanePool(
        QUEUES,
        connection=Redis.from_url(house.config.redis_url),
        num_workers=house.config.workers,
        worker_class=PoolWorker,
        job_class=LaneJob,
        queue_class=LaneQueue,
    )
    pool.start(logging_level="WARNING")
    return 0
