"""The reconciler's own process: ``python -m igny8_web.reconciling``, one round after the other."""

from __future__ import annotations

import logging
import math
import signal
import threading
import time

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from . import create_app, logs
from .current import config
from .pipeline.reconciler import reconcile
from .pipeline.wording import count_of
from .services.keyword_changes import purge
from .waiting import in_a_line

log = logging.getLogger("igny8_web.reconciling")  # as a process its name is __main__

KEYWORDS = ("keyword", "keywords")
PURGE_SECONDS = 60 * 60
"""How often what was deleted long ago is looked for."""


def forever(app: Flask) -> None:
    """A round every few seconds until SIGTERM or SIGINT; a database that is away is waited for."""
    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    away, purged = False, -math.inf
    while not over.is_set():
        with app.app_context():
            pause = config().reconcile_seconds
            away = not _round(told=away)
            if not away and time.monotonic() - purged > PURGE_SECONDS:
                purged = time.monotonic()
                _purge()
        over.wait(pause)


def _round(*, told: bool) -> bool:
    """Look after all runs once; False, and a line unless ``told``, when the database is away."""
    try:
        for each in reconcile():
            with logs.about(run=each.run_id, stage=each.slug, items=list(each.items)):
                log.info("%s", each)
    except SQLAlchemyError as error:
        if not told:
            log.warning("the database is away, trying again: %s", in_a_line(error))
        return False
    if told:
        log.warning("the database is back")
    return True


def _purge() -> None:
    try:
        if number := purge():
            log.info("removed %s that were deleted long ago", count_of(number, KEYWORDS))
    except SQLAlchemyError as error:
        log.warning("could not remove what was deleted long ago: %s", in_a_line(error))


if __name__ == "__main__":
    forever(create_app(pages=False))
