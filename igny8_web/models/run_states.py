"""The states of a run, its stages and its items."""

from __future__ import annotations

import enum


class RunStatus(enum.StrEnum):
    """``queued`` until a lane first claims; ``cancelling`` until the items in hand are settled."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"


LIVE = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.PAUSED, RunStatus.CANCELLING)
WORKABLE = (RunStatus.QUEUED, RunStatus.RUNNING)


class Trigger(enum.StrEnum):
    """Who started it."""

    MANUAL = "manual"
    SCHEDULED = "scheduled"
    API = "api"


class Scope(enum.StrEnum):
    """All stages over what waits, or one stage over chosen items."""

    AUTOMATION = "automation"
    SELECTION = "selection"


class StageStatus(enum.StrEnum):
    """A stage of one run."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class ItemStatus(enum.StrEnum):
    """An item of one stage of one run; the last three are final."""

    PENDING = "pending"
    PROCESSING = "processing"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


UNSETTLED = (ItemStatus.PENDING, ItemStatus.PROCESSING)
