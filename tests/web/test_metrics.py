"""/metrics: who may read it, what it says of a run, and what a look costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus
from redis import Redis

from igny8_web import create_app
from igny8_web.db import Base, db_now
from igny8_web.extensions import db, transaction
from igny8_web.models import AiCall, Beat, CallStatus, ItemStatus, RunItem, Site, StageRun
from igny8_web.queue import AUTOMATION, Bell, ring
from igny8_web.services import automation
from igny8_web.services.metrics import history

from ..engine import Rings, items_of, refreshed, stage_of, take
from ..factories import make_clusters, make_keywords
from ..fakes import FakeProvider, nonsense
from ..visitor import Visitor
from .conftest import CountQueries

TOKEN = "scrape-me-0123456789"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Figures = dict[tuple[str, ...], float]


@pytest.fixture
def app(
    tmp_path: Path, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The app with a token for metrics, which looks anew at each scrape."""
    monkeypatch.setattr(history, "KEPT_SECONDS", -1.0)
    app = create_app(
        data_dir=tmp_path / "data",
        database_url=database_url,
        redis_url=redis_url,
        metrics_token=TOKEN,
    )
    app.test_client_class = Visitor
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def scrape(client: Visitor) -> Figures:
    """``(name, label values in order of their names…)`` → value."""
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in prometheus(answer.text)
        for sample in family.samples
    }


class TestDoor:
    def test_without_a_configured_token_there_is_no_such_page(self, tmp_path: Path) -> None:
        client = create_app(data_dir=tmp_path).test_client()
        for headers in ({}, BEARER, {"Authorization": "Bearer "}):
            assert client.get("/metrics", headers=headers).status_code == 404

    @pytest.mark.parametrize(
        "header",
        ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"],
    )
    def test_whoever_does_not_send_it_is_refused(self, client: Visitor, header: str) -> None:
        answer = client.get("/metrics", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json is not None
        assert answer.json["error"]["code"] == "unauthorized"
        assert "igny8_run" not in answer.text

    def test_a_session_does_not_open_it(self, owner_client: Visitor) -> None:
        assert owner_client.get("/metrics").status_code == 401

    def test_it_speaks_what_the_asker_understands(self, client: Visitor) -> None:
        accept = "application/openmetrics-text; version=1.0.0"
        answer = client.get("/metrics", headers={**BEARER, "Accept": accept})
        assert answer.content_type.startswith("application/openmetrics-text")
        assert "igny8_build" in {family.name for family in openmetrics(answer.text)}


@pytest.mark.each_database
class TestFigures:
    def test_a_run_from_start_to_end(
        self, app: Flask, client: Visitor, site: Site, rings: Rings, provider: FakeProvider
    ) -> None:
        with transaction() as tx:
            make_keywords(tx, site, 15)  # two calls
        provider.price = Decimal("0.25")
        run = automation.run_now(site)
        begun = scrape(client)
        assert begun["igny8_runs", "queued"] == 1
        assert begun["igny8_run_items", "cluster-keywords", "pending"] == 15

        provider.will("write-content", nonsense())
        rings.answer_all()

        ended = scrape(client)
        assert ended["igny8_runs", "queued"] == 0
        assert ended["igny8_runs", refreshed(run).status.value] == 1
        for stage in refreshed(run).stages:
            assert ended["igny8_stage_duration_seconds_count", stage.slug] == 1
            seconds = stage.seconds
            assert seconds is not None
            total = ended["igny8_stage_duration_seconds_sum", stage.slug]
            assert total == pytest.approx(seconds, abs=0.002)
        assert not [name for name, *_ in ended if name == "igny8_run_items"]
        assert ended["igny8_lanes", "free"] == ended["igny8_lanes", "held"] == 0

    def test_items_by_stage_and_state(
        self, app: Flask, client: Visitor, site: Site, rings: Rings, provider: FakeProvider
    ) -> None:
        with transaction() as tx:
            ids = [cluster.id for cluster in make_clusters(tx, site, 9)]
        run = automation.run_stage(site, "develop-ideas", ids)
        stage_run = stage_of(run, "develop-ideas")
        lane = take(stage_run)
        states = [ItemStatus.DONE] * 3 + [ItemStatus.FAILED] * 2 + [ItemStatus.PROCESSING]
        with transaction() as tx:
            for item, state in zip(items_of(stage_run), states, strict=False):
                row = tx.get_one(RunItem, item.id)
                row.status, row.lease_token = state, lane.token
            tx.get_one(StageRun, stage_run.id).processed = 3
            tx.get_one(StageRun, stage_run.id).failed = 2

        found = scrape(client)

        expected = {"pending": 3, "processing": 1, "done": 3, "failed": 2, "skipped": 0}
        for state, number in expected.items():
            assert found["igny8_run_items", "develop-ideas", state] == number
        assert found["igny8_lanes", "held"] == 1
        assert found["igny8_lanes", "free"] == 3

    def test_a_lane_whose_lease_ran_out_is_free(
        self, app: Flask, client: Visitor, site: Site, rings: Rings
    ) -> None:
        with transaction() as tx:
            ids = [cluster.id for cluster in make_clusters(tx, site, 1)]
        run = automation.run_stage(site, "develop-ideas", ids)
        take(run.stages[0], lease_seconds=-1)

        assert scrape(client)["igny8_lanes", "free"] == 1

    def test_the_oldest_item_that_is_due(
        self, app: Flask, client: Visitor, site: Site, rings: Rings
    ) -> None:
        assert scrape(client)["igny8_oldest_due_item_seconds",] == 0
        with transaction() as tx:
            ids = [cluster.id for cluster in make_clusters(tx, site, 2)]
        run = automation.run_stage(site, "develop-ideas", ids)

        def put(started: float, *not_before: float) -> float:
            items = items_of(run.stages[0])
            with transaction() as tx:
                tx.execute(sa.update(StageRun).values(started_at=db_now(-started)))
                for item, ago in zip(items, not_before, strict=True):
                    due = None if ago == 0 else db_now(-ago)
                    tx.execute(
                        sa.update(RunItem).where(RunItem.id == item.id).values(not_before=due)
                    )
            return scrape(client)["igny8_oldest_due_item_seconds",]

        assert put(300, 0, -60) == pytest.approx(300, abs=5)
        assert put(300, 50, -60) == pytest.approx(50, abs=5)
        assert put(300, -60, -60) == 0
        put(300, 0, 0)
        automation.pause(refreshed(run))
        assert scrape(client)["igny8_oldest_due_item_seconds",] == 0

    def test_ai_calls_and_their_cost(
        self, app: Flask, client: Visitor, site: Site, rings: Rings
    ) -> None:
        with transaction() as tx:
            ids = [cluster.id for cluster in make_clusters(tx, site, 1)]
        run = automation.run_stage(site, "develop-ideas", ids)
        item = items_of(run.stages[0])[0]

        def call(number: int, model: str, status: CallStatus, cost: str) -> dict[str, Any]:
            return {
                "run_item_id": item.id,
                "stage": "develop-ideas",
                "provider": "chat",
                "model": model,
                "fingerprint": str(number),
                "status": status,
                "cost": Decimal(cost),
            }

        calls = [
            call(1, "small", CallStatus.USED, "0.000001"),
            call(2, "small", CallStatus.USED, "0.1"),
            call(3, "small", CallStatus.FAILED, "0.2"),
            call(4, "small", CallStatus.ANSWERED, "0.4"),
            call(5, 'large"\n', CallStatus.PENDING, "0"),
        ]
        with transaction() as tx:
            tx.execute(sa.insert(AiCall), calls)

        found = scrape(client)

        small = ("small", "chat", "develop-ideas")
        assert found["igny8_ai_calls_total", *small, "used"] == 2
        assert found["igny8_ai_calls_total", *small, "failed"] == 1
        assert found["igny8_ai_calls_open", *small, "answered"] == 1
        assert found["igny8_ai_calls_open", 'large"\n', "chat", "develop-ideas", "pending"] == 1
        assert found["igny8_ai_cost_dollars_total", *small] == pytest.approx(0.700001)

    def test_the_reconciler(self, app: Flask, client: Visitor) -> None:
        assert ("igny8_reconciler_age_seconds",) not in scrape(client)
        with transaction() as tx:
            tx.execute(sa.insert(Beat).values(name="reconciler", seen_at=db_now(-40)))
        age = scrape(client)["igny8_reconciler_age_seconds",]
        assert age == pytest.approx(40, abs=5)


class TestQueues:
    @pytest.fixture
    def redis_url(self, empty_valkey: str) -> str:
        return empty_valkey

    def test_jobs_that_wait_are_counted_and_nothing_is_cleaned_up(
        self, client: Visitor, redis_url: str
    ) -> None:
        with Redis.from_url(redis_url) as redis:
            for number in range(3):
                bell = Bell(AUTOMATION, "igny8_web.jobs.work_lane", (7,), f"ring-{number}", 60)
                ring(redis, [bell])
            redis.zadd(f"rq:failed:{AUTOMATION}", {"long-gone": 1})
            before = {key: redis.dump(key) for key in redis.scan_iter()}

            found = scrape(client)

            assert {key: redis.dump(key) for key in redis.scan_iter()} == before
        assert found["igny8_redis_up",] == 1
        assert found["igny8_queue_jobs", AUTOMATION] == 3
        assert found["igny8_queue_jobs", "igny8-manual"] == 0
        assert found["igny8_queue_failed_jobs", AUTOMATION] == 1
        assert found["igny8_workers",] == 0


def test_a_redis_that_is_away_leaves_all_other_figures(client: Visitor) -> None:
    began = time.monotonic()
    found = scrape(client)
    assert time.monotonic() - began < 1.5
    assert found["igny8_redis_up",] == 0
    assert found["igny8_database_up",] == 1
    assert found["igny8_runs", "running"] == 0
    assert not [name for name, *_ in found if name.startswith("igny8_queue")]


def test_a_database_that_is_away_is_a_figure(app: Flask, tmp_path: Path) -> None:
    away = create_app(
        data_dir=tmp_path / "data",
        database_url=f"sqlite:///{tmp_path}/no/such/folder/x.db",
        redis_url=app.extensions["igny8"].config.redis_url,
        metrics_token=TOKEN,
    )
    away.test_client_class = Visitor
    client = away.test_client()
    assert isinstance(client, Visitor)
    found = scrape(client)
    assert found["igny8_database_up",] == 0
    assert not [name for name, *_ in found if name.startswith("igny8_run")]


def test_what_runs_here_is_told(client: Visitor) -> None:
    [(name, python, schema, version)] = [key for key in scrape(client) if "build" in key[0]]
    assert name == "igny8_build_info"
    assert schema.isdigit()
    assert python.startswith("3.")
    assert version.count(".") == 2


def test_two_scrapes_in_a_row_look_at_history_once(
    client: Visitor, monkeypatch: pytest.MonkeyPatch, count_queries: CountQueries
) -> None:
    monkeypatch.setattr(history, "KEPT_SECONDS", 60.0)
    with count_queries() as first:
        scrape(client)
    with count_queries() as second:
        scrape(client)
    assert [line for line in first if "ai_call" in line]
    assert not [line for line in second if "ai_call" in line]


@pytest.mark.each_database
def test_what_is_finished_is_read_from_indexes(app: Flask, client: Visitor) -> None:
    """Reading the rows would read every answer: 1.5 s for a million calls instead of 0.1 s."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _u: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    scrape(client)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    plans = {}
    on_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        if not on_sqlite:  # on an empty table it would read that
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.exec_driver_sql("SET enable_bitmapscan = off")
        for statement, parameters in seen:
            explain = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
            if " FROM ai_call" in statement.replace("\n", " ") or "count(*)" in statement:
                rows = connection.exec_driver_sql(explain + statement, parameters)
                plans[statement] = " ".join(str(row[-1]) for row in rows)

    [calls] = [plan for statement, plan in plans.items() if "ai_call" in statement]
    assert "ix_ai_call_stage_provider_model_status_cost" in calls
    [stages] = [plan for statement, plan in plans.items() if "finished_at" in statement]
    assert "ix_stage_run_finished" in stages
    [in_hand] = [plan for statement, plan in plans.items() if "GROUP BY run_item" in statement]
    if on_sqlite:  # of an empty table, PostgreSQL finds one index as good as another
        assert "ix_run_item_lease" in in_hand
