"""``flask doctor``: what is missing, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from igny8_web import create_app
from igny8_web.cli import enable_migrations
from igny8_web.db import db_now
from igny8_web.extensions import db, transaction
from igny8_web.models import Beat
from igny8_web.queue import AUTOMATION, Bell, ring

from ..platform.helpers import until
from ..servers import PLAIN_RQ, StartWorker

PARTS = ["database", "redis", "workers", "queues", "reconciler", "disk", "providers", "logs"]


def found_by(app: Flask, status: int = 1) -> dict[str, str]:
    """What the doctor says of each part; its exit status has to be this."""
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == status, done.output
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == PARTS
    return {line.split()[0]: line.split(maxsplit=1)[1] for line in lines}


def beat(seconds_ago: float) -> None:
    with transaction() as tx:
        tx.execute(sa.delete(Beat))
        tx.execute(sa.insert(Beat).values(name="reconciler", seen_at=db_now(-seconds_ago)))


def test_what_is_missing_is_named_with_what_to_do(app: Flask) -> None:
    found = found_by(app)
    assert "run `flask --app wsgi db upgrade`" in found["database"]
    assert "start it with `make run`, or set IGNY8_REDIS_URL" in found["redis"]
    assert found["workers"] == found["queues"] == "PROBLEM  Unknown while Redis is away."
    assert "It was never seen: start it with `python -m" in found["reconciler"]
    assert found["providers"].startswith("ok")
    assert found["logs"] == "ok  text, info and above; /metrics is switched off"


def test_a_reconciler_that_went_silent_is_a_problem(app: Flask) -> None:
    beat(50)
    assert found_by(app)["reconciler"].startswith("ok  last round 50 s ago")
    beat(125)
    assert found_by(app)["reconciler"].startswith("PROBLEM  It was last seen 2 min 5 s ago:")


def test_a_database_that_is_away_is_told_in_a_line_and_without_its_password(
    app: Flask, tmp_path: Path
) -> None:
    away = create_app(
        data_dir=tmp_path / "data",
        database_url="postgresql://me:hush-hush@127.0.0.1:1/x",
        redis_url=app.extensions["igny8"].config.redis_url,
    )
    with away.app_context():
        found = found_by(away)
    assert found["database"].startswith("PROBLEM  Not reachable: check IGNY8_DATABASE_URL.")
    assert found["reconciler"] == "PROBLEM  Unknown while the database is away."
    assert "hush" not in str(found)


@pytest.mark.each_database
def test_what_is_wrong_with_one_part_spoils_no_other(app: Flask) -> None:
    with transaction() as tx:
        tx.execute(sa.text("DROP TABLE beat"))
    found = found_by(app)
    assert "beat" in found["reconciler"]
    assert "SELECT" not in found["reconciler"]
    assert found["providers"].startswith("ok")
    Beat.__table__.create(db.engine)  # type: ignore[attr-defined]


class TestWhole:
    @pytest.fixture
    def redis_url(self, empty_valkey: str) -> str:
        return empty_valkey

    @pytest.fixture
    def app(self, tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Flask]:
        """The app on a database that the migrations made."""
        app = create_app(
            data_dir=tmp_path / "data",
            database_url=database_url,
            redis_url=redis_url,
            log_level="warning",
            metrics_token="scrape-me",
        )
        enable_migrations(app)
        with app.app_context():
            flask_migrate.upgrade()
            yield app
            db.session.remove()
            db.engine.dispose()

    def test_an_installation_that_lacks_nothing_is_fine(
        self, app: Flask, worker: StartWorker, redis_url: str
    ) -> None:
        program = worker(*PLAIN_RQ)
        program.until_said("Listening on")
        beat(3)
        with Redis.from_url(redis_url) as redis:
            until(lambda: redis.scard("rq:workers") == 1)

        found = found_by(app, status=0)

        assert found["workers"] == "ok  1 registered"
        assert found["reconciler"].startswith("ok  last round 3.")
        assert found["logs"] == "ok  text, warning and above; /metrics answers its token"
        assert found["queues"] == (
            "ok  igny8-manual: 0 waiting, 0 failed today; "
            "igny8-automation: 0 waiting, 0 failed today"
        )

    def test_what_waits_is_counted(self, app: Flask, redis_url: str) -> None:
        with Redis.from_url(redis_url) as redis:
            ring(redis, [Bell(AUTOMATION, "igny8_web.jobs.work_lane", (7,), "ring-1", 60)])
        found = found_by(app)
        assert "igny8-automation: 1 waiting" in found["queues"]
        assert found["workers"].startswith("PROBLEM  None is registered: start some with")
