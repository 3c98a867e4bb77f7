"""What a worker must never call."""

from __future__ import annotations

from pathlib import Path

from rq.job import Job


def leave_mark(path: str) -> None:
    Path(path).touch()


def leave_mark_for_job(job: Job, *_rest: object) -> None:
    leave_mark(str(job.description))


class Nuisance:
    """Something with a method that a job could name."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    def nothing(self) -> None:
        leave_mark(self.mark)
