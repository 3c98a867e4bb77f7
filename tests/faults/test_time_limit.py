"""Items that take too long are stopped, and where that cannot be, the process is ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from igny8_web.models import Run

from ..engine import items_of
from ..platform.helpers import until
from ..servers import GIVEN_UP_SOON, StartWorker
from .conftest import is_over
from .invariants import Watch
from .processes import alive, family
from .spoiled import SPOILED_POOL, SPOILED_RQ

pytestmark = [
    pytest.mark.slow,
    pytest.mark.each_database,
    pytest.mark.usefixtures("reconciler"),
]

LIMIT = 2
GRACE = 5


@pytest.mark.parametrize("worker_words", [SPOILED_RQ, SPOILED_POOL], ids=["rq", "pool"])
@pytest.mark.parametrize("by", ["hangs", "swallows", "hangs_in_c", "hangs_with_the_gil"])
def test_an_item_that_hangs_is_stopped_in_time_and_tried_again(
    run: Run,
    watched: Callable[..., Watch],
    worker: StartWorker,
    tmp_path: Path,
    worker_words: tuple[str, ...],
    by: str,
) -> None:
    watched(run)
    hung = tmp_path / "hung"
    spoiled = items_of(run.stages[0])[1]
    program = worker(
        *worker_words,
        SPOILED=str(spoiled.item_id),
        AT="answer",
        BY=by,
        ONCE=str(hung),
        IGNY8_WORKERS="1",
        IGNY8_ITEM_SECONDS=str(LIMIT),
        **GIVEN_UP_SOON,
    )
    until(hung.exists)
    began, processes = time.monotonic(), family(program)

    if by == "hangs":
        until(lambda: items_of(run.stages[0])[1].error, LIMIT + GRACE)
        item = items_of(run.stages[0])[1]
        assert item.error == f"It took longer than {LIMIT} s and was stopped."
        assert time.monotonic() - began < LIMIT + 2
        # A job that was interrupted in time is not ended by force; it ends when its slice does.
        assert program.popen.poll() is None
        assert "most recent call first" not in program.said
    else:
        # What keeps even the watchdog's thread from looking is ended by its last winding up.
        until(lambda: not all(map(alive, processes)), LIMIT + GRACE + 2)
        assert time.monotonic() - began > LIMIT
        program.until_said("most recent call first")

    until(lambda: is_over(run), 60)
    assert [item.status for item in items_of(run.stages[0])] == ["done"] * 3
    assert items_of(run.stages[0])[1].attempts == 2
