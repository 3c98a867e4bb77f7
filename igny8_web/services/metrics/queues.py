"""What Redis knows: jobs that wait, jobs that failed, workers that said they are there."""

from __future__ import annotations

from prometheus_client.core import GaugeMetricFamily, Metric
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer

from ...current import house
from ...queue import QUEUES, LaneQueue, LaneWorker


def figures() -> list[Metric]:
    """The figures of the queues; while Redis is away only that it is."""
    up = GaugeMetricFamily("igny8_redis_up", "Whether Redis answers.")
    try:
        found = _found()
    except RedisError:
        found = []
    up.add_metric([], bool(found))
    return [up, *found]


def _found() -> list[Metric]:
    redis = house().redis
    waiting = GaugeMetricFamily("igny8_queue_jobs", "Jobs that wait.", labels=["queue"])
    failed = GaugeMetricFamily(
        "igny8_queue_failed_jobs", "Jobs that failed within a day.", labels=["queue"]
    )
    for name in QUEUES:
        queue = LaneQueue(name, connection=redis, serializer=JSONSerializer)
        waiting.add_metric([name], queue.count)
        # Cleaning up would run callbacks of jobs, here in the web process.
        failed.add_metric([name], queue.failed_job_registry.get_job_count(cleanup=False))
    workers = GaugeMetricFamily(
        "igny8_workers",
        "Workers that are registered; one that was killed stays for some minutes.",
        value=LaneWorker.count(connection=redis),
    )
    return [waiting, failed, workers]
