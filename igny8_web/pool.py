"""The worker pool: the app is loaded once, workers are forked from it and share its memory."""

from __future__ import annotations

import gc
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

from redis import Redis
from rq.worker_pool import WorkerPool

from . import create_worker_app
from .current import House
from .extensions import db
from .queue import QUEUES, LaneJob, LaneQueue, PoolWorker

JOBS_BEFORE_RENEWAL = 500
"""Then a worker ends and the pool forks a fresh one, so that no leak grows for ever."""


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
    assert PoolWorker.app is not None
    with PoolWorker.app.app_context():
        db.engine.dispose(close=False)  # the pool's sockets are not ours to close
    connection.connection_pool.reset()
    worker = PoolWorker(list(QUEUES), name=name, connection=connection)
    worker.work(logging_level="WARNING", max_jobs=JOBS_BEFORE_RENEWAL)


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
