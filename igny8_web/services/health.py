"""Is everything there that a run needs? One finding a part, each with what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from ..current import config, house
from ..extensions import session
from ..logs import secrets_of
from ..masking import Mask
from ..pipeline.providers_of_site import providers_of
from ..pipeline.wording import seconds_in_words
from ..providers.base import ProviderError
from ..queue import QUEUES, LaneQueue, LaneWorker
from ..waiting import in_a_line, is_away
from .readiness import MIGRATIONS, longest_silence, reconciler_age

LEAST_FREE_MB = 500


@dataclass(frozen=True)
class Finding:
    """What was found about one part."""

    what: str
    fine: bool
    says: str


def check_everything() -> list[Finding]:
    """Every part, in the order in which one depends on the other; none raises."""
    mask = Mask(secrets_of(config()))
    found = [_find(what, check) for what, check in CHECKS.items()]
    return [replace(finding, says=mask(finding.says)) for finding in found]


def _find(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, check())
    except _Problem as problem:
        return Finding(what, False, str(problem))
    except RedisError:
        return Finding(what, False, "Unknown while Redis is away.")
    except SQLAlchemyError as error:
        session().rollback()
        if is_away(error):
            return Finding(what, False, "Unknown while the database is away.")
        return Finding(what, False, in_a_line(error))
    except Exception as error:
        return Finding(what, False, f"{type(error).__name__}: {error}")


class _Problem(Exception):
    """The message says what to do."""


def _database() -> str:
    try:
        connection = session().connection()
        current = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise _Problem(f"Not reachable: check IGNY8_DATABASE_URL. {in_a_line(error)}") from error
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
    workers = LaneWorker.all(connection=house().redis)
    ours = [worker for worker in workers if set(worker.queue_names()) & set(QUEUES)]
    if not ours:
        raise _Problem("None is registered: start some with `python worker.py` or `make run`.")
    return f"{len(ours)} registered"


def _queues() -> str:
    told = []
    for name in QUEUES:
        queue = LaneQueue(name, connection=house().redis, serializer=JSONSerializer)
        failed = queue.failed_job_registry.get_job_count(cleanup=False)
        told.append(f"{name}: {queue.count} waiting, {failed} failed today")
    return "; ".join(told)


def _reconciler() -> str:
    age = reconciler_age(session())
    if age is None or age > longest_silence():
        seen = "was never seen" if age is None else f"was last seen {seconds_in_words(age)} ago"
        raise _Problem(
            f"It {seen}: start it with `python -m igny8_web.reconciling` or `make run`. "
            "What workers lose waits for it."
        )
    return f"last round {seconds_in_words(age)} ago"


def _disk() -> str:
    free = shutil.disk_usage(config().data_dir).free // 1_000_000
    if free < LEAST_FREE_MB:
        raise _Problem(
            f"{free} MB free below {config().data_dir}: make room, {LEAST_FREE_MB} at least."
        )
    return f"{free:,} MB free below {config().data_dir}"


def _providers() -> str:
    providers = providers_of(None)
    try:
        text, images = providers.text(), providers.images()
        return f"text by {text.name}/{text.model}, images by {images.name}/{images.model}"
    except ProviderError as error:
        raise _Problem(error.message) from error


def _logs() -> str:
    metrics = "answers its token" if config().metrics_token else "is switched off"
    return f"{config().log_format}, {config().log_level} and above; /metrics {metrics}"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "redis": _redis,
    "workers": _workers,
    "queues": _queues,
    "reconciler": _reconciler,
    "disk": _disk,
    "providers": _providers,
    "logs": _logs,
}
