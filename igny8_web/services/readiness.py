"""Can this web process serve people now? Asked often, answered soon, whatever is away."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from ..current import config, house, running_app
from ..db import db_now
from ..extensions import db
from ..models import Beat
from ..pipeline.reconciler import BEAT

PATIENCE_SECONDS = 0.8
"""For all parts together: what has not answered then is away."""
MIGRATIONS = Path(__file__).parent.parent / "migrations"


@dataclass(frozen=True)
class Stored:
    """What the database says of itself and of the reconciler."""

    revision: str
    """Of its schema."""
    reconciler_age: float | None
    """Seconds since the last round, by the database's clock; None when there was none."""


class Probe:
    """Something that may hang: asked in a thread, and not again before it has answered."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._ask, self._lock = ask, Lock()
        self._asked: Future[Any] | None = None

    def ask(self) -> Future[Any]:
        """The answer that is on its way; the question is put when none is."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                Thread(target=self._answer, args=(self._asked,), daemon=True).start()
            return self._asked

    def _answer(self, asked: Future[Any]) -> None:
        try:
            asked.set_result(self._ask())
        except BaseException as error:  # whatever it is, somebody waits for an answer
            asked.set_exception(error)


def what_is_missing() -> list[str]:
    """The parts that are not as they should be: database, schema, redis, reconciler."""
    deadline = monotonic() + PATIENCE_SECONDS
    probes = _probes()
    asked = {name: probe.ask() for name, probe in probes.items()}
    missing = [] if _answer_of(asked["redis"], deadline) else ["redis"]
    stored: Stored | None = _answer_of(asked["database"], deadline)
    if stored is None:
        return ["database", *missing]
    if stored.revision < newest_revision():
        missing.append("schema")
    if stored.reconciler_age is None or stored.reconciler_age > longest_silence():
        missing.append("reconciler")
    return missing


def database_answers() -> bool:
    """Whether it does so soon."""
    return _answer_of(_probes()["database"].ask(), monotonic() + PATIENCE_SECONDS) is not None


def reconciler_age(connection: Connection | Session) -> float | None:
    """Seconds since the reconciler's last round, by the database's clock; None without one."""
    beat = connection.execute(
        sa.select(Beat.seen_at, db_now().label("now")).where(Beat.name == BEAT)
    ).first()
    return (beat.now - beat.seen_at).total_seconds() if beat else None


def longest_silence() -> int:
    """Seconds after which the reconciler counts as gone."""
    return max(60, 4 * config().reconcile_seconds)


def newest_revision() -> str:
    """Of the schema that this code was written for.

    From the names of the files, which are numbered: Alembic would cost the web process 10 MB.
    """
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _probes() -> dict[str, Probe]:
    app = running_app()

    def ask_database() -> Stored:
        with app.app_context(), db.engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return Stored("", None)
            revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return Stored(revision or "", reconciler_age(connection))

    def ask_redis() -> bool:
        with app.app_context():
            return bool(house().redis.ping())

    made: dict[str, Probe] = app.extensions.setdefault(
        "igny8_probes", {"database": Probe(ask_database), "redis": Probe(ask_redis)}
    )
    return made


def _answer_of(asked: Future[Any], deadline: float) -> Any:
    """The answer; None when there is none in time, or only an error."""
    try:
        return asked.result(max(0.0, deadline - monotonic()))
    except Exception:
        return None
