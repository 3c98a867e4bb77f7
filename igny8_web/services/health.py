"""Is everything there that a run needs? One finding a part, each with what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from ..current import config, house
from ..extensions import session
from ..providers import image_provider, text_provider
from ..queue import QUEUES, LaneWorker

LEAST_FREE_MB = 500
MIGRATIONS = Path(__file__).parent.parent / "migrations"


@dataclass(frozen=True)
class Finding:
    """What was found about one part."""

    what: str
    fine: bool
    says: str


def check_everything() -> list[Finding]:
    """Every part, in the order in which one depends on the other; none raises."""
    return [_find(what, check) for what, check in CHECKS.items()]


def _find(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, check())
    except _Problem as problem:
        return Finding(what, False, str(problem))
    except Exception as error:
        return Finding(what, False, f"{type(error).__name__}: {error}")


class _Problem(Exception):
    """The message says what to do."""


def _database() -> str:
    try:
        connection = session().connection()
        current = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise _Problem(f"Not reachable: check IGNY8_DATABASE_URL. {error}") from error
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if current != head:
        raise _Problem(
            f"At revision {current or 'none'}, not {head}: run `flask --app wsgi db upgrade`."
        )
    version = session().scalar(
        sa.text(
            "SELECT sqlite_version()"
            if connection.dialect.name == "sqlite"
            else "SHOW server_version"
        )
    )
    return f"{connection.dialect.name} {version}, schema up to date"


def _redis() -> str:
    try:
        version = house().redis.info("server")["redis_version"]
    except RedisError as error:
        raise _Problem(
            f"Not reachable ({error}): start it with `make run`, or set IGNY8_REDIS_URL. "
            "Nothing is lost meanwhile; runs wait."
        ) from error
    return f"answers, version {version}"


def _workers() -> str:
    try:
        workers = LaneWorker.all(connection=house().redis)
    except RedisError as error:
        raise _Problem("Unknown while Redis is away.") from error
    ours = [worker for worker in workers if set(worker.queue_names()) & set(QUEUES)]
    if not ours:
        raise _Problem("None is registered: start some with `python worker.py` or `make run`.")
    return f"{len(ours)} registered"


def _disk() -> str:
    free = shutil.disk_usage(config().data_dir).free // 1_000_000
    if free < LEAST_FREE_MB:
        raise _Problem(
            f"{free} MB free below {config().data_dir}: make room, {LEAST_FREE_MB} at least."
        )
    return f"{free:,} MB free below {config().data_dir}"


def _providers() -> str:
    text, images = text_provider(), image_provider()
    return f"text by {text.name}/{text.model}, images by {images.name}/{images.model}"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "redis": _redis,
    "workers": _workers,
    "disk": _disk,
    "providers": _providers,
}
