"""Redis only says "go": ringing after the commit, what a job may be, and the workers that answer.

A plain ``rq worker`` serves the same queues when it is given our classes::

    rq worker --worker-class igny8_web.queue.LaneWorker --job-class igny8_web.queue.LaneJob \\
        --url "$IGNY8_REDIS_URL" igny8-manual igny8-automation
"""

from .bells import AUTOMATION, MANUAL, QUEUES, Bell, bounded_redis, queued, ring
from .lane_jobs import LaneJob, LaneQueue, RefusedJob
from .workers import LaneWorker, PoolWorker, stopping

__all__ = [
    "AUTOMATION",
    "MANUAL",
    "QUEUES",
    "Bell",
    "LaneJob",
    "LaneQueue",
    "LaneWorker",
    "PoolWorker",
    "RefusedJob",
    "bounded_redis",
    "queued",
    "ring",
    "stopping",
]
