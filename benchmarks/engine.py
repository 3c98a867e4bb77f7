"""Two works through the real engine, each beside a plain ThreadPoolExecutor(8).

    .venv/bin/python benchmarks/engine.py

Starts a Valkey, a local HTTP server with a fixed latency and a pool of 8 forked RQ workers, then
works W1 (200 items of 0.5 s) and W2 (2,000 items of no latency) on 8 lanes, results and item
states in SQLite, and the same rows with threads and sqlite3. Prints one JSON object.

    .venv/bin/python benchmarks/engine.py --limited

A provider that takes 240 requests a minute and refuses more, set to that: how much of what it
allows is used, and how often it had to refuse. Takes 40 s.
"""

from __future__ import annotations

import json
import logging
import math
import multiprocessing
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import requests
import sqlalchemy as sa
from redis import Redis
from sqlalchemy.orm import Session

from igny8_web import create_app, pool
from igny8_web.db import Base
from igny8_web.extensions import db, session, transaction
from igny8_web.models import ItemStatus, Keyword, Run, RunItem, RunStatus, Site, StageRun
from igny8_web.pipeline.accounts import Account
from igny8_web.pipeline.pace import Pace
from igny8_web.pipeline.rehearsal import rehearse
from igny8_web.pipeline.stage import Stage
from igny8_web.pipeline.stages import STAGES
from igny8_web.pipeline.tools import Tools
from igny8_web.platform import embedded_redis
from igny8_web.providers.base import ProviderError
from igny8_web.services import automation

LANES = 8
WORKS = {"W1": (200, 0.5), "W2": (2000, 0.0)}
"""Items and seconds of latency each."""
PER_MINUTE, LIMITED = 240, (160, 0.5)
WINDOW = 5.0
"""Seconds in which the provider lets no more through than its limit allows in that time."""

fetched = sa.Table(
    "fetched",
    Base.metadata,
    sa.Column("item_id", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text),
)
local = threading.local()


def fetch(url: str, item: int) -> str:
    """Ask the local server about one item, over a connection that is kept."""
    if not hasattr(local, "http"):
        local.http = requests.Session()
        local.http.trust_env = False
    answer = local.http.get(f"{url}/{item}", timeout=10)
    answer.raise_for_status()
    return str(answer.text)


class Fetch(Stage[int, tuple[int, str]]):
    """Items are keywords; the result is what the server says."""

    slug, title = "fetch", "Items → Answers"
    unit, makes = ("item", "items"), ("answer", "answers")

    def __init__(self, url: str) -> None:
        self.url = url

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """All keywords of the site."""
        return sa.select(Keyword.id, Keyword.phrase).where(Keyword.site_id == site_id)

    def brief(self, items: Sequence[int], db: Session) -> int:
        """The id."""
        return items[0]

    def work(self, brief: int, tools: Tools) -> tuple[int, str]:
        """One request."""
        return brief, fetch(self.url, brief)

    def store(self, items: Sequence[int], result: tuple[int, str], db: Session) -> int:
        """One row."""
        db.execute(fetched.insert().values(item_id=result[0], body=result[1]))
        return 1


class LimitedFetch(Fetch):
    """The same from a provider that takes only so many requests a minute."""

    account = Account(pace=Pace("benchmark", requests_per_minute=PER_MINUTE))

    def work(self, brief: int, tools: Tools) -> tuple[int, str]:
        """One request, in its turn."""
        return self.account.in_turn(lambda: (brief, self._fetch(brief)))

    def _fetch(self, item: int) -> str:
        try:
            return fetch(self.url, item)
        except requests.HTTPError as error:
            wait = float(error.response.headers["Retry-After"])
            raise ProviderError(
                "too many", code="rate_limited", retry=True, retry_after=wait
            ) from error


@contextmanager
def http_server(latency: float, per_minute: int | None = None) -> Iterator[str]:
    """A server in a process of its own, so that it takes nothing from our interpreter."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(latency, per_minute, there), daemon=True
    )
    process.start()
    yield f"http://127.0.0.1:{here.recv()}"
    process.terminate()
    process.join()


def _serve(latency: float, per_minute: int | None, pipe: Any) -> None:
    taken: deque[float] = deque()
    refused = 0
    counting = threading.Lock()

    def seconds_to_wait() -> float:
        nonlocal refused
        with counting:
            now = time.monotonic()
            while taken and taken[0] <= now - WINDOW:
                taken.popleft()
            if per_minute and len(taken) >= per_minute * WINDOW / 60:
                refused += 1
                return taken[0] + WINDOW - now
            taken.append(now)
            return 0.0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            wait = 0.0 if self.path == "/refused" else seconds_to_wait()
            time.sleep(0 if wait else latency)
            told = refused if self.path == "/refused" else f"answer for {self.path}"
            body = str(told).encode()
            self.send_response(429 if wait else 200)
            if wait:
                self.send_header("Retry-After", str(math.ceil(wait)))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pipe.send(server.server_port)
    server.serve_forever()


def with_engine(
    folder: Path, items: int, latency: float, per_minute: int | None = None
) -> tuple[float, int]:
    """Seconds from *Run Now* until the run is completed, 8 workers waiting for it; refusals."""
    settings: dict[str, Any] = {
        "data_dir": folder, "workers": LANES, "lanes": LANES, "slice_seconds": 20,
        "redis_url": embedded_redis.default_url(folder), "database_url": "",
    }  # fmt: skip
    with valkey(folder), http_server(latency, per_minute) as url:
        STAGES.append(LimitedFetch(url) if per_minute else Fetch(url))
        workers = multiprocessing.get_context("fork").Process(target=pool.main, kwargs=settings)
        try:
            app = create_app(**settings)
            with app.app_context():
                Base.metadata.create_all(db.engine)
                site = _site_with(items)
                db.engine.dispose()
                workers.start()
                _until_all_wait(settings["redis_url"])
                rehearse()  # a web process that presses Run now has done so before
                started = time.perf_counter()
                run = automation.run_stage(site, "fetch", _ids(site))
                while _status(run.id) is not RunStatus.COMPLETED:
                    time.sleep(0.01)
                seconds = time.perf_counter() - started
                _check(items)
                return seconds, int(requests.get(f"{url}/refused", timeout=10).text)
        finally:
            workers.terminate()
            workers.join()
            STAGES.pop()


def with_threads(folder: Path, items: int, latency: float) -> float:
    """The same rows with a thread pool and sqlite3: no queue, no lease, no recovery."""
    database = folder / "threads.db"
    with sqlite3.connect(database) as setup:
        setup.execute("PRAGMA journal_mode = WAL")
        setup.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, status TEXT, at TEXT)")
        setup.execute("CREATE TABLE fetched (item_id INTEGER PRIMARY KEY, body TEXT)")
        setup.executemany(
            "INSERT INTO item VALUES (?, 'pending', NULL)", [(i + 1,) for i in range(items)]
        )
    writing = threading.Lock()
    mark = "UPDATE item SET status = ?, at = datetime('now') WHERE id = ?"

    def work(item: int) -> None:
        if not hasattr(local, "sqlite"):
            local.sqlite = sqlite3.connect(database, timeout=20)
            local.sqlite.execute("PRAGMA synchronous = NORMAL")
        with writing, local.sqlite as tx:
            tx.execute(mark, ("processing", item))
        body = fetch(url, item)
        with writing, local.sqlite as tx:
            tx.execute("INSERT INTO fetched VALUES (?, ?)", (item, body))
            tx.execute(mark, ("done", item))

    with http_server(latency) as url, ThreadPoolExecutor(LANES) as threads:
        started = time.perf_counter()
        list(threads.map(work, range(1, items + 1)))
        return time.perf_counter() - started


@contextmanager
def valkey(folder: Path) -> Iterator[None]:
    """The embedded server, until the end of the block."""
    command = [sys.executable, "-m", "igny8_web.platform.embedded_redis"]
    environment = {"IGNY8_DATA_DIR": str(folder), "PATH": "/usr/bin:/bin"}
    root = Path(__file__).resolve().parent.parent
    process = subprocess.Popen(command, env=environment, cwd=root)
    redis = Redis.from_url(embedded_redis.default_url(folder))
    _until(redis.ping)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _until(happens: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if happens():
                return
        except Exception:
            if time.monotonic() > deadline:
                raise
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s in vain")
        time.sleep(0.02)


def _until_all_wait(redis_url: str) -> None:
    redis = Redis.from_url(redis_url)
    _until(
        lambda: (
            sum(c["cmd"] in ("blmove", "brpop", "blpop", "bzpopmin") for c in redis.client_list())
            >= LANES
        )
    )


def _site_with(items: int) -> Site:
    with transaction() as tx:
        site = Site(slug="bench", name="Bench")
        tx.add(site)
        tx.flush()
        rows = [
            {"site_id": site.id, "phrase": f"item {n}", "folded": f"item {n}"} for n in range(items)
        ]
        tx.execute(sa.insert(Keyword), rows)
    return site


def _ids(site: Site) -> list[int]:
    return list(session().scalars(sa.select(Keyword.id).where(Keyword.site_id == site.id)))


def _status(run_pk: int) -> RunStatus:
    session().rollback()
    return session().scalars(sa.select(Run.status).where(Run.id == run_pk)).one()


def _check(items: int) -> None:
    """Every item once, with its result, or the figures mean nothing."""
    db_session = session()
    stored = db_session.scalars(sa.select(sa.func.count()).select_from(fetched)).one()
    done = db_session.scalars(
        sa.select(sa.func.count()).where(RunItem.status == ItemStatus.DONE)
    ).one()
    counted = db_session.scalars(sa.select(StageRun.processed)).one()
    assert stored == done == counted == items, (stored, done, counted, items)


def limited() -> dict[str, Any]:
    """Items a minute over what the limit allows."""
    items, latency = LIMITED
    with tempfile.TemporaryDirectory(prefix="igny8-bench-") as folder:
        seconds, refused = with_engine(Path(folder), items, latency, PER_MINUTE)
    per_minute = 60 * items / seconds
    return {
        "lanes": LANES,
        "items": items,
        "latency_s": latency,
        "allowed_per_minute": PER_MINUTE,
        "items_per_minute": round(per_minute),
        "over_what_the_limit_allows": round(per_minute / PER_MINUTE, 3),
        "refused_by_the_provider": refused,
    }


def main() -> None:
    """Run both works both ways and print the ratios, or those of a limited provider."""
    logging.disable(logging.INFO)
    if "--limited" in sys.argv:
        print(json.dumps(limited(), indent=2))
        return
    report: dict[str, Any] = {"lanes": LANES}
    for name, (items, latency) in WORKS.items():
        with tempfile.TemporaryDirectory(prefix="igny8-bench-") as one:
            threads = with_threads(Path(one), items, latency)
        with tempfile.TemporaryDirectory(prefix="igny8-bench-") as two:
            engine, _ = with_engine(Path(two), items, latency)
        ideal = items / LANES * latency
        report[name] = {
            "items": items,
            "latency_s": latency,
            "engine_s": round(engine, 3),
            "threads_s": round(threads, 3),
            "engine_items_per_s": round(items / engine),
            "threads_items_per_s": round(items / threads),
            "engine_over_threads_rate": round(threads / engine, 3),
            "engine_over_ideal": round(engine / ideal, 4) if ideal else None,
            "threads_over_ideal": round(threads / ideal, 4) if ideal else None,
        }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
