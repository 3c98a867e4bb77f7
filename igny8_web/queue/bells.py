"""Ringing: jobs put on their queue after the commit, and a look at which nobody has taken yet."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq.serializers import JSONSerializer

from .lane_jobs import LaneQueue

log = logging.getLogger(__name__)

MANUAL, AUTOMATION = QUEUES = ("igny8-manual", "igny8-automation")
"""A person's click is served before the long runs."""

FAILED_FOR = 86_400
"""Seconds for which RQ shows a job that failed."""
MOST_LOOKED_AT = 10_000
"""Jobs of one queue: more than all runs together ring for."""


@dataclass(frozen=True)
class Bell:
    """One job to be put on a queue; ``timeout`` is in seconds."""

    queue: str
    function: str
    args: tuple[Any, ...]
    job_id: str
    timeout: int


def bounded_redis(url: str) -> Redis:
    """A client that gives up quickly: for the web, where nobody waits for Redis.

    redis-py's defaults block 4.3 s a call when the server is away.
    """
    return Redis.from_url(
        url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )


def ring(redis: Redis, bells: Sequence[Bell]) -> bool:
    """Put the jobs on their queues, one round trip a queue; False when Redis is away.

    That is a line in the log and no more: the reconciler rings again.
    """
    try:
        for name in QUEUES:
            if jobs := [_job(bell) for bell in bells if bell.queue == name]:
                queue = LaneQueue(name, connection=redis, serializer=JSONSerializer)
                queue.enqueue_many(jobs)
    except RedisError as error:
        log.warning("could not ring %s: Redis is away (%s)", bells[0].job_id, error)
        return False
    return True


def _job(bell: Bell) -> Any:
    return LaneQueue.prepare_data(
        bell.function,
        args=bell.args,
        job_id=bell.job_id,
        timeout=bell.timeout,
        result_ttl=0,
        failure_ttl=FAILED_FOR,
        description=f"{bell.function}{bell.args}",
    )


def queued(redis: Redis) -> frozenset[str] | None:
    """The ids of the jobs that wait in our queues; None (and a line) when Redis is away."""
    try:
        with redis.pipeline(transaction=False) as pipe:
            for name in QUEUES:
                key = LaneQueue.redis_queue_namespace_prefix + name
                pipe.lrange(key, 0, MOST_LOOKED_AT - 1)
            waiting = pipe.execute()
    except RedisError as error:
        log.warning("what waits is not rung: Redis is away (%s)", error)
        return None
    return frozenset(each.decode(errors="replace") for ids in waiting for each in ids)
