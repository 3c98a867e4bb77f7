"""Workers that one item kills, or hangs.

``rq worker --worker-class tests.faults.spoiled.SpoiledWorker``, and ``python -m
tests.faults.spoiled`` for the pool. In the environment: ``SPOILED`` is the id of the cluster,
``AT`` the moment, ``BY`` what happens then, ``ONCE`` a file that is written when it happens, after
which it happens no more.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from igny8_web import pool
from igny8_web.pipeline.stages.develop_ideas import DevelopIdeas
from igny8_web.providers.offline.provider import OfflineText
from igny8_web.queue import LaneWorker

SPOILED_RQ = (
    *("rq.cli", "worker", "--worker-class", "tests.faults.spoiled.SpoiledWorker"),
    *("--job-class", "igny8_web.queue.LaneJob"),
)
SPOILED_POOL = ("tests.faults.spoiled",)


def dies() -> None:
    """As when the machine's memory is used up."""
    os.kill(os.getpid(), signal.SIGKILL)


def hangs() -> None:
    """In Python that is careless with exceptions."""
    while True:
        with suppress(Exception):
            time.sleep(60)


def swallows() -> None:
    """In Python that nothing can stop."""
    while True:
        with suppress(BaseException):
            time.sleep(60)


def hangs_in_c() -> None:
    """In C that never comes back, while other threads go on."""
    _lock_twice(ctypes.CDLL(None))


def hangs_with_the_gil() -> None:
    """In C that never comes back, and no other thread runs meanwhile."""
    _lock_twice(ctypes.PyDLL(None))


def _lock_twice(libc: Any) -> None:
    mutex = ctypes.create_string_buffer(64)
    libc.pthread_mutex_lock(mutex)
    libc.pthread_mutex_lock(mutex)


WAYS = {way.__name__: way for way in (dies, hangs, swallows, hangs_in_c, hangs_with_the_gil)}


def spoil() -> None:
    """Put it in place, before any job."""
    way, once = WAYS[os.environ["BY"]], os.environ.get("ONCE")

    def happen(ids: Sequence[int]) -> None:
        if int(os.environ["SPOILED"]) not in ids or (once and Path(once).exists()):
            return
        if once:
            Path(once).touch()
        way()

    work, store, answer = DevelopIdeas.work, DevelopIdeas.store, OfflineText.answer

    def spoiled_work(self: Any, brief: Any, tools: Any) -> Any:
        happen([cluster.id for cluster in brief.clusters])
        return work(self, brief, tools)

    def spoiled_answer(self: Any, question: Any) -> Any:
        happen([cluster.id for cluster in question.brief.clusters])
        return answer(self, question)

    def spoiled_store(self: Any, items: Any, result: Any, db: Any) -> Any:
        happen(items)
        return store(self, items, result, db)

    places: dict[str, tuple[Any, Callable[..., Any]]] = {
        "work": (DevelopIdeas, spoiled_work),
        "answer": (OfflineText, spoiled_answer),
        "store": (DevelopIdeas, spoiled_store),
    }
    owner, spoiled = places[os.environ["AT"]]
    setattr(owner, os.environ["AT"], spoiled)


class SpoiledWorker(LaneWorker):
    """The documented worker, spoiled."""

    def bootstrap(self, *args: Any, **kwargs: Any) -> None:
        spoil()
        super().bootstrap(*args, **kwargs)


if __name__ == "__main__":
    spoil()
    raise SystemExit(pool.main())
