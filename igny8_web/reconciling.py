"""The reconciler's own process: ``python -m igny8_web.reconciling``, one round after the other."""

from __future__ import annotations

import logging
import signal
import threading

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from . import create_app
from .current import config
from .extensions import db
from .pipeline.reconciler import reconcile

log = logging.getLogger(__name__)


def forever(app: Flask) -> None:
    """A round every few seconds until SIGTERM or SIGINT; a database that is away is waited for."""
    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    while not over.is_set():
        with app.app_context():
            try:
                for line in reconcile():
                    print(line, flush=True)
            except SQLAlchemyError as error:
                db.session.rollback()
                log.warning("the database is away, trying again: %s", error)
            pause = config().reconcile_seconds
        over.wait(pause)


if __name__ == "__main__":
    forever(create_app(pages=False))
