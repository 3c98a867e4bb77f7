"""A worker whose provider waits for the test's permission, to be killed in the middle of a call.

``rq worker --worker-class tests.faults.held_worker.HeldWorker``, with the folder of the
:class:`Hold` in ``HOLD``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from igny8_web import providers
from igny8_web.providers.base import TextAnswer
from igny8_web.queue import LaneWorker

from ..fakes import FakeProvider
from ..platform.helpers import until


class Hold:
    """A folder in which calls are announced, and wait until there is a file named ``go``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pids(self) -> list[int]:
        """The processes that called, the first first."""
        calls = sorted(self.folder.glob("call-*"), key=lambda path: path.stat().st_mtime_ns)
        return [int(path.name.split("-")[1]) for path in calls]

    def release(self) -> None:
        """Let every call be answered, now and later."""
        (self.folder / "go").touch()

    def wait(self) -> None:
        """Announce a call and wait."""
        number = len(list(self.folder.iterdir()))
        (self.folder / f"call-{os.getpid()}-{number}").touch()
        until((self.folder / "go").exists, 30)


class HeldProvider(FakeProvider):
    """Answers like the fake, but only when it may."""

    def __init__(self, hold: Hold) -> None:
        super().__init__()
        self.hold = hold

    def answer(self, task: str, brief: BaseModel) -> TextAnswer:
        self.hold.wait()
        return super().answer(task, brief)


class HeldWorker(LaneWorker):
    """The documented worker with another provider."""

    def bootstrap(self, *args: Any, **kwargs: Any) -> None:
        held = HeldProvider(Hold(Path(os.environ["HOLD"])))
        providers._load = lambda place: held  # type: ignore[assignment]
        super().bootstrap(*args, **kwargs)
