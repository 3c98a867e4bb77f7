"""What a poll of the live card costs, as a multiple of an empty view of the same app.

    .venv/bin/python benchmarks/progress.py [ITEMS …]

For runs of 100, 10,000 and 1,000,000 items it measures, in one process and interleaved: an empty
signed-in view, the fragment when something changed (200), the fragment when nothing did (204) and
the JSON endpoint. Prints one JSON object with medians in milliseconds and the ratios.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from igny8_web import create_app
from igny8_web.db import Base, db_now
from igny8_web.extensions import db, transaction
from igny8_web.models import (
    ItemStatus,
    Run,
    RunItem,
    RunStatus,
    Scope,
    Site,
    StageRun,
    StageStatus,
    Trigger,
)
from igny8_web.pipeline.stages import STAGES
from igny8_web.services import accounts

SIZES = (100, 10_000, 1_000_000)
ROUNDS = 300
PASSWORD = "a long password"


def app_with_run(folder: Path, items: int) -> tuple[Flask, str]:
    """An app whose one site has a running stage 2 of so many items, two thirds done."""
    app = create_app(data_dir=folder, database_url="", redis_url=f"unix://{folder}/none.sock")
    app.add_url_rule("/empty", "empty", lambda: "")
    with app.app_context():
        Base.metadata.create_all(db.engine)
        accounts.create_user("owner@example.com", PASSWORD)
        with transaction() as tx:
            site = Site(slug="bench", name="Bench")
            tx.add(site)
            tx.flush()
            run = Run(
                run_id="run_20261123_150102_manual", site_id=site.id, trigger=Trigger.MANUAL,
                scope=Scope.AUTOMATION, first_stage=1, last_stage=len(STAGES), current_stage=2,
                status=RunStatus.RUNNING, started_at=db_now(),
            )  # fmt: skip
            run.stages = [StageRun(number=n, slug=s.slug) for n, s in enumerate(STAGES, 1)]
            tx.add(run)
            tx.flush()
            stage = run.stages[1]
            stage.status, stage.started_at = StageStatus.RUNNING, db_now()
            stage.total, stage.processed = items, items * 2 // 3
            tx.flush()
            _items(tx, stage.id, items, done=items * 2 // 3)
        db.session.remove()
    return app, run.run_id


def _items(tx: Any, stage_run_id: int, items: int, done: int) -> None:
    """Items 1 … done are done, three are being processed, the others wait."""
    n = sa.literal_column("n")
    status = sa.case(
        (n <= done, ItemStatus.DONE.value),
        (n <= done + 3, ItemStatus.PROCESSING.value),
        else_=ItemStatus.PENDING.value,
    )
    lease = sa.case((n.between(done + 1, done + 3), db_now(3600)))
    numbers = sa.text(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers "
        f"WHERE n < {items}) SELECT n FROM numbers"
    ).columns(sa.column("n", sa.Integer))
    tx.execute(
        sa.insert(RunItem).from_select(
            ["stage_run_id", "stage", "position", "item_id", "title", "status", "attempts", "cost",
             "lease_until"],
            sa.select(
                sa.literal(stage_run_id), sa.literal("develop-ideas"), n, n,
                sa.literal("cold brew ratio "), status, sa.literal(1), sa.literal(0), lease,
            ).select_from(numbers.subquery("numbers")),
        )
    )  # fmt: skip


def signed_in(app: Flask) -> FlaskClient:
    """A client with the owner's session."""
    client = app.test_client()
    found = re.search(r'name="csrf_token"\s+value="([^"]+)"', client.get("/login").text)
    assert found, "the sign-in form has no token"
    form = {"email": "owner@example.com", "password": PASSWORD, "csrf_token": found[1]}
    answer = client.post("/login", data=form)
    assert answer.status_code in (302, 303), answer.status
    return client


def measure(client: FlaskClient, run_id: str) -> dict[str, float]:
    """Median milliseconds of each kind of request, measured in turn so that noise is shared."""
    card = f"/sites/bench/automation/runs/{run_id}/card"
    rev = 1
    kinds: dict[str, tuple[str, int]] = {
        "empty": ("/empty", 200),
        "fragment_200": (f"{card}?rev=0&stage=2&percent=66&failed=0", 200),
        "fragment_204": (f"{card}?rev={rev}&stage=2&percent=66&failed=0", 204),
        "json": ("/api/v1/automation/current_processing/?site_id=1", 200),
    }
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for round_ in range(ROUNDS + 20):
        for kind, (url, status) in kinds.items():
            spent = _timed(lambda url=url, status=status: _get(client, url, status))
            if round_ >= 20:
                times[kind].append(spent)
    return {kind: 1000 * statistics.median(some) for kind, some in times.items()}


def _get(client: FlaskClient, url: str, status: int) -> None:
    answer = client.get(url, headers={"HX-Request": "true"} if "/card" in url else {})
    assert answer.status_code == status, (url, answer.status)


def _timed(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main() -> None:
    """Measure every size and print the ratios."""
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    report: dict[str, Any] = {"rounds": ROUNDS, "sizes": {}}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="igny8-bench-") as folder:
            app, run_id = app_with_run(Path(folder), size)
            found = measure(signed_in(app), run_id)
        report["sizes"][size] = {
            "ms": {kind: round(value, 3) for kind, value in found.items()},
            "over_empty": {
                kind: round(value / found["empty"], 2)
                for kind, value in found.items()
                if kind != "empty"
            },
        }
    first, last = (report["sizes"][size]["over_empty"] for size in (sizes[0], sizes[-1]))
    report["largest_over_smallest"] = {kind: round(last[kind] / first[kind], 2) for kind in first}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
