"""Workers that die, or freeze, at a moment which no signal from outside can hit.

``rq worker --worker-class tests.faults.dying_workers.DiesAfterPop``. Each does it once: the file
named by ``DIED`` says that it happened, so that a second worker of the kind lives on.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from rq.job import Job

from igny8_web.pipeline import claims, runner, settling
from igny8_web.queue import LaneWorker

DYING = ("rq.cli", "worker", "--job-class", "igny8_web.queue.LaneJob", "--worker-class")


def _once(by: signal.Signals = signal.SIGKILL) -> None:
    died = Path(os.environ["DIED"])
    if not died.exists():
        died.write_text(str(os.getpid()))
        os.kill(os.getpid(), by)


class DiesAfterPop(LaneWorker):
    """Takes a job from the queue and dies before it has told anybody."""

    def dequeue_job_and_maintain_ttl(self, *args: Any) -> Any:
        found = super().dequeue_job_and_maintain_ttl(*args)
        if found:
            _once()
        return found


class DiesBeforeTheLane(LaneWorker):
    """The job's process dies before it has taken a lane."""

    def perform_job(self, job: Job, *args: Any) -> bool:
        _once()
        return super().perform_job(job, *args)


class DiesWithTheLane(LaneWorker):
    """The job's process takes a lane and dies before it claims anything."""

    def main_work_horse(self, *args: Any) -> None:
        def die(*_args: object) -> Any:
            _once()
            return claims.heartbeat(*_args)  # type: ignore[arg-type]

        runner.heartbeat = die
        super().main_work_horse(*args)


class DiesBeforeItsFirstBeat(LaneWorker):
    """The job's process claims an item and dies with it at once."""

    def main_work_horse(self, *args: Any) -> None:
        def die(*_args: object) -> Any:
            _once()
            return work(*_args)  # type: ignore[arg-type]

        work = runner.LaneAtWork.work
        runner.LaneAtWork.work = die  # type: ignore[method-assign]
        super().main_work_horse(*args)


class DiesBeforeItStores(LaneWorker):
    """The job's process has the answer, and dies before its result is stored."""

    how = signal.SIGKILL

    def main_work_horse(self, *args: Any) -> None:
        def die(*_args: Any, **_named: Any) -> None:
            _once(self.how)
            settling.settle(*_args, **_named)

        runner.settle = die
        super().main_work_horse(*args)


class FreezesInATransaction(DiesBeforeItStores):
    """The job's process has locked lane and run, and stops there."""

    how = signal.SIGSTOP
