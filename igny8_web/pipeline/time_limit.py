"""How long one batch may take: an alarm stops the work, a watchdog the process.

The alarm is the main thread's, as RQ's own is; other threads (of tests) work without a limit.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

from rq import get_current_job

Result = TypeVar("Result")

GRACE_SECONDS = 5
"""Work that is still not over so long after its limit is ended with its process."""
LOOK_SECONDS = 1.0

log = logging.getLogger(__name__)


class TimeIsUp(BaseException):
    """Raised in the work itself. No Exception, for work may well say ``except Exception``."""


@dataclass
class _Limit:
    """The limit of the batch in hand. ``ends`` is on the monotonic clock, None: no limit now."""

    ends: float | None = None


_now = _Limit()


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Call ``work``. Raises TimeIsUp, inside it, when it takes longer.

    An alarm that was set before (RQ's, for the whole job) goes on afterwards.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, _raise)
    rest, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    _now.ends = began + seconds

    def disarm() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _now.ends = None
        signal.signal(signal.SIGALRM, handler)
        if rest:
            left = rest - (time.monotonic() - began)
            signal.setitimer(signal.ITIMER_REAL, max(left, GRACE_SECONDS))

    try:
        try:
            return work()
        finally:
            disarm()
    except TimeIsUp:
        disarm()  # the alarm may have rung while it was being put away
        raise


@contextmanager
def clock_stopped() -> Iterator[None]:
    """What is done inside does not count: what was paid for is kept, however long that takes."""
    if _now.ends is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    _now.ends = None
    try:
        yield
    finally:
        # Once rung, the alarm does not ring again; the watchdog goes on watching.
        _now.ends = time.monotonic() + left
        signal.setitimer(signal.ITIMER_REAL, left)


@contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """End this worker process when the work in it cannot be stopped after ``seconds``.

    It may hang in C code that never comes back, or swallow every exception. Code that even keeps
    all other threads from running is ended by a timer outside Python, which each look winds up.
    """
    if get_current_job() is None:  # a test's process, or a shell
        yield
        return
    over = threading.Event()

    def wind_up() -> None:
        faulthandler.dump_traceback_later(seconds + GRACE_SECONDS, exit=True, file=sys.stderr)

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            wind_up()
            ends = _now.ends
            if ends is not None and time.monotonic() > ends + GRACE_SECONDS - LOOK_SECONDS:
                log.critical(
                    "the work in hand takes longer than %g s and cannot be stopped: "
                    "process %s ends here",
                    seconds,
                    os.getpid(),
                )
                faulthandler.dump_traceback(file=sys.stderr)
                os._exit(1)

    wind_up()
    about_this = copy_context().run  # its lines in the log name the run as well
    thread = threading.Thread(target=about_this, args=(look,), name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        faulthandler.cancel_dump_traceback_later()


def _raise(_signal: int, _frame: Any) -> None:
    raise TimeIsUp
