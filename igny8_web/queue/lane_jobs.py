"""What a job may be: ids for one of our own functions, written as JSON. All else is refused.

Whoever can write to Redis could otherwise have ``os.system`` run: RQ imports whatever a job, its
callbacks or its webhooks name, and unpickles what it is given.
"""

from __future__ import annotations

import logging
from typing import Any

from redis.exceptions import ConnectionError, TimeoutError
from rq import Queue
from rq.exceptions import DeserializationError, NoSuchJobError, StopRequested
from rq.job import UNEVALUATED, Job
from rq.serializers import JSONSerializer

from ..jobs_by_name import JOBS

log = logging.getLogger(__name__)


class RefusedJob(DeserializationError):
    """A job that names something other than our own jobs."""


class LaneJob(Job):
    """A job that may call our own functions and nothing else, once."""

    performed = False
    """Whether its function came to its end: what goes wrong then is RQ's bookkeeping."""

    def __init__(self, id: str | None = None, connection: Any = None, serializer: Any = None):
        super().__init__(id, connection, JSONSerializer)  # never pickle, whoever asks

    @classmethod
    def fetch(cls, id: str, connection: Any = None, serializer: Any = None) -> Job:
        """Read a job. One that cannot be read passes for one that is not there."""
        try:
            return super().fetch(id, connection, serializer)
        except (NoSuchJobError, ConnectionError, TimeoutError, StopRequested):
            raise
        except Exception as error:
            log.warning("refused a job that cannot be read: %.100r (%r)", id, error)
            raise NoSuchJobError(id) from error

    def restore(self, raw_data: Any) -> None:
        """Take over the stored fields, but none that makes RQ do more than the one call."""
        super().restore(raw_data)
        self.webhooks = []
        self.retries_left = self.repeats_left = None
        self.rate_limit_key = self.rate_limit_concurrency = None

    def perform(self) -> Any:
        """Call the function."""
        result = super().perform()
        self.performed = True
        return result

    def _deserialize_data(self) -> None:
        try:
            super()._deserialize_data()  # type: ignore[no-untyped-call] # of RQ
        except DeserializationError:
            raise RefusedJob("refused a job whose data is not ours") from None
        name, instance = self._func_name, self._instance
        if not isinstance(name, str) or name not in JOBS or instance is not None:
            # Forgotten again: a second look must be refused like the first.
            self._func_name = self._instance = self._args = self._kwargs = UNEVALUATED
            raise RefusedJob(f"refused a job that names {str(name)[:100]!r}")

    # RQ would import and call whatever a job names as its callbacks.
    success_callback = failure_callback = stopped_callback = property(lambda self: None)


class LaneQueue(Queue):
    """A queue of :class:`LaneJob`, written as JSON."""

    job_class = LaneJob

    @classmethod
    def dequeue_any(cls, *args: Any, **kwargs: Any) -> Any:
        """Take the next job, past ids that are no text: those are off the queue already."""
        while True:
            try:
                return super().dequeue_any(*args, **kwargs)
            except UnicodeDecodeError as error:
                log.warning("refused a job whose id is no text: %.100r", error.object)
