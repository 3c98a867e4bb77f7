"""The worker pool: the app is loaded once, workers are forked from it and share its memory."""

from __future__ import annotations

import gc
import logging
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

from redis import Redis
from rq.worker_pool import WorkerPool

from . import create_app, jobs
from .current import House
from .pipeline.rehearsal import rehearse
from .queue import QUEUES, LaneJob, LaneQueue, LaneWorker

log = logging.getLogger(__name__)

LOADED = jobs
"""Loaded before the fork, so that no job loads it again."""


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
    connection.connection_pool.reset()
    LaneWorker(list(QUEUES), name=name, connection=connection).work(logging_level="WARNING")


def main(**overrides: Any) -> int:
    """Run the pool until SIGTERM or SIGINT; the items in hand are finished first."""
    app = LaneWorker.app = create_app(pages=False, **overrides)
    with app.app_context():
        rehearse()
    house: House = app.extensions["igny8"]
    gc.freeze()  # what is loaded stays shared between the processes
    pool = LanePool(
        QUEUES,
        connection=Redis.from_url(house.config.redis_url),
        num_workers=house.config.workers,
        worker_class=LaneWorker,
        job_class=LaneJob,
        queue_class=LaneQueue,
    )
    pool.start(logging_level="WARNING")
    return 0
