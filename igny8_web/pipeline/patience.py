"""Waiting for a database that is away: what was done or paid for is kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from ..extensions import session
from ..waiting import in_a_line, is_away
from .time_limit import clock_stopped

Done = TypeVar("Done")

PATIENCE_SECONDS = 90.0
"""A restart of the database, or of its machine, is over by then."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 3.0

log = logging.getLogger(__name__)


def patiently(transaction: Callable[[], Done]) -> Done:
    """Call ``transaction``, again while the database is away; it must be one whole transaction.

    It may be called again after its commit succeeded: a connection that dies then does not say
    so. An item's time limit stands still meanwhile. Raises the database's error after
    ``PATIENCE_SECONDS``, and at once where it is part of a larger transaction.
    """
    if session().info.get("writing"):
        return transaction()
    with clock_stopped():
        began, pause, told = time.monotonic(), FIRST_PAUSE, False
        while True:
            try:
                done = transaction()
            except SQLAlchemyError as error:
                waited = time.monotonic() - began
                if not is_away(error) or waited + pause > PATIENCE_SECONDS:
                    raise
                if not told:
                    log.warning("the database is away, waiting for it: %s", in_a_line(error))
                    told = True
                session().rollback()  # where it was reading already, nobody did
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                if told:
                    log.warning("the database is back after %.1f s", time.monotonic() - began)
                return done
