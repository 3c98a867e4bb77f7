"""The database is away: nobody waits long, nothing is made up, and all goes on by itself."""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from igny8_web.extensions import session, transaction
from igny8_web.models import Run, Site, User
from igny8_web.waiting import is_away

from ..engine import refreshed
from ..factories import make_keywords
from ..peers.ai import AiPeer
from ..platform.helpers import Program, until
from ..ports import free_port
from ..servers import GIVEN_UP_SOON, PLAIN_RQ, StartWorker
from ..visitor import PASSWORD, Visitor
from .conftest import is_over
from .invariants import Watch
from .own_postgres import OwnPostgres, own_postgres

PAGE = "/sites/brew-notes/automation/"
HTMX = {"HX-Request": "true"}
AWAY: dict[str, tuple[Callable[[OwnPostgres], None], Callable[[OwnPostgres], None]]] = {
    "stopped": (OwnPostgres.stop, OwnPostgres.start),
    "silent": (OwnPostgres.freeze, OwnPostgres.thaw),
}
"""Two ways to be away, and how each ends."""
HOW = pytest.mark.parametrize("how", ["stopped", pytest.param("silent", marks=pytest.mark.slow)])


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def rev_of(card: str) -> str:
    found = re.search(r"rev=(\d+)", card)
    assert found, card
    return found[1]


class OnPostgres:
    """A server that this test alone uses."""

    @pytest.fixture
    def postgres(self) -> Iterator[OwnPostgres]:
        with own_postgres() as server:
            yield server

    @pytest.fixture
    def database_url(self, postgres: OwnPostgres) -> str:
        return postgres.url


@pytest.mark.postgres
class TestPages(OnPostgres):
    @HOW
    def test_each_asker_is_told_soon_and_served_again_when_it_is_back(
        self,
        how: str,
        postgres: OwnPostgres,
        run: Run,
        owner_client: Visitor,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        card = f"{PAGE}runs/{run.run_id}/card"
        shown = rev_of(owner_client.get(card, headers=HTMX).text)
        AWAY[how][0](postgres)
        caplog.clear()

        for path, headers in ((PAGE, {}), (card, HTMX), ("/api/v1/sites/", {})):
            with within(10.5), caplog.at_level(logging.WARNING):
                answer = owner_client.get(path, headers=headers)
            assert answer.status_code == 503
            assert answer.headers["Retry-After"]
            assert "Traceback" not in answer.text
            assert "psycopg" not in answer.text
        assert [record.name for record in caplog.records] == ["igny8_web.web.errors"] * 3
        assert not any(record.exc_info for record in caplog.records)
        assert owner_client.get("/healthz").status_code == 200

        AWAY[how][1](postgres)
        until(lambda: owner_client.get(PAGE).status_code == 200, 5)
        assert rev_of(owner_client.get(card, headers=HTMX).text) == shown

    def test_an_answer_is_waited_for_within_a_request_for_some_seconds_elsewhere_for_ever(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("igny8_web.waiting.PERSON_WAITS_SECONDS", 1)
        slow = sa.text("SELECT pg_sleep(:seconds)")
        with app.test_request_context():
            with within(10), pytest.raises(OperationalError, match="no answer within 1 s") as told:
                session().execute(slow, {"seconds": 30})
            assert is_away(told.value)
            session().rollback()
            with within(10):
                assert session().scalar(sa.text("SELECT 1")) == 1, "on another connection"
            session().rollback()
        with app.app_context():
            session().execute(slow, {"seconds": 1.5})

    def test_a_server_that_vanished_is_noticed_as_the_url_says_or_else_soon(
        self, app: Flask, postgres: OwnPostgres
    ) -> None:
        for url, seconds in ((postgres.url, "3"), (f"{postgres.url}&connect_timeout=9", "9")):
            engine = sa.create_engine(url)
            with engine.connect() as connection:
                told = connection.connection.driver_connection.info.get_parameters()
            engine.dispose()
            assert told["connect_timeout"] == seconds
            assert told["tcp_user_timeout"] == "10000"


class TestProcesses(OnPostgres):
    pytestmark = pytest.mark.postgres

    @pytest.mark.parametrize(
        "words",
        [pytest.param(PLAIN_RQ, marks=pytest.mark.slow), ("worker",)],
        ids=["rq worker", "worker.py"],
    )
    @HOW
    @pytest.mark.parametrize("seconds", [2, pytest.param(30, marks=pytest.mark.slow(seconds=30))])
    def test_workers_and_reconciler_wait_for_it_and_go_on(
        self,
        how: str,
        words: tuple[str, ...],
        seconds: float,
        postgres: OwnPostgres,
        run: Run,
        watch: Watch,
        peer: AiPeer,
        ai_worker: StartWorker,
        reconciler: Program,
    ) -> None:
        peer.latency = 0.7
        program = ai_worker(*words, IGNY8_WORKERS="1", **GIVEN_UP_SOON)
        until(lambda: refreshed(run).stages[0].processed, 30)
        session().rollback()  # the test itself asks nothing meanwhile
        AWAY[how][0](postgres)
        time.sleep(seconds)
        AWAY[how][1](postgres)

        until(lambda: is_over(run), 60)

        for each in (program, reconciler):
            assert each.popen.poll() is None, each.said
            assert "Traceback" not in each.said, each.said
            assert each.said.count("the database is away") <= 2, each.said

    @pytest.mark.slow
    @pytest.mark.parametrize("how", AWAY)
    def test_the_web_server_tells_it_shortly_and_makes_nothing_up(
        self,
        how: str,
        postgres: OwnPostgres,
        run: Run,
        owner: User,
        watch: Watch,
        peer: AiPeer,
        ai_worker: StartWorker,
        reconciler: Program,
        worker: StartWorker,
    ) -> None:
        peer.latency = 1.0
        web = Web(worker, owner)
        card = f"{PAGE}runs/{run.run_id}/card"
        ai_worker(**GIVEN_UP_SOON)
        until(lambda: refreshed(run).stages[0].processed, 30)
        session().rollback()
        before = web.get(card)
        AWAY[how][0](postgres)
        away = [web.get(card) for _ in range(3)]
        AWAY[how][1](postgres)
        until(lambda: web.get(PAGE).status_code == 200, 15)
        until(lambda: is_over(run), 60)
        after = web.get(card)

        assert [answer.status_code for answer in (before, *away, after)] == [
            200,
            503,
            503,
            503,
            200,
        ]
        assert max(answer.elapsed.total_seconds() for answer in away) < 10.5
        assert "3 ideas" in after.text
        assert "Traceback" not in web.said
        assert web.said.count("the database does not answer") == web.refusals


class Web:
    """gunicorn as the Procfile starts it, and a browser that is signed in."""

    def __init__(self, start: StartWorker, owner: User) -> None:
        port = free_port()
        self._program = start("gunicorn", "wsgi:app", PORT=str(port))
        self._origin = f"http://127.0.0.1:{port}"
        self._browser = requests.Session()
        self.refusals = 0
        until(self._answers, 20)
        token = re.search(r'name="csrf_token"\s+value="([^"]+)"', self.get("/login").text)
        assert token
        form = {"email": owner.email, "password": PASSWORD, "csrf_token": token[1]}
        assert self._browser.post(f"{self._origin}/login", data=form, timeout=20).status_code == 200

    @property
    def said(self) -> str:
        return self._program.said

    def get(self, path: str) -> requests.Response:
        answer = self._browser.get(f"{self._origin}{path}", headers=HTMX, timeout=20)
        self.refusals += answer.status_code == 503
        return answer

    def _answers(self) -> bool:
        try:
            return self.get("/healthz").status_code == 200
        except requests.ConnectionError:
            return False


class TestSQLite:
    """Another program has the file to itself."""

    @pytest.fixture
    def locked(self, database_url: str) -> Iterator[sqlite3.Connection]:
        path = database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            yield other

    @pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
    def test_pages_show_what_is_true_and_who_writes_is_told_soon(
        self,
        how: str,
        run: Run,
        owner_client: Visitor,
        locked: sqlite3.Connection,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setattr("igny8_web.waiting.PERSON_WAITS_SECONDS", 1)
        pause = f"{PAGE}runs/{run.run_id}/pause"
        token = {"X-CSRFToken": owner_client.token()}
        locked.execute(f"BEGIN {how}")

        assert "0/3" in owner_client.get(PAGE).text
        with within(5):
            answer = owner_client.post(pause, headers=token)
        assert answer.status_code == 503
        assert "Traceback" not in caplog.text

        locked.execute("ROLLBACK")
        assert refreshed(run).status == "queued"
        assert owner_client.post(pause, headers=token).status_code == 302
        assert refreshed(run).status == "paused"

    def test_however_many_write_at_once_none_waits_for_all_the_others(
        self,
        app: Flask,
        site: Site,
        locked: sqlite3.Connection,
        side_by_side: Callable[..., list[Any]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("igny8_web.waiting.PERSON_WAITS_SECONDS", 1)
        locked.execute("BEGIN IMMEDIATE")

        def write() -> None:
            with app.test_request_context(), transaction():
                raise AssertionError("there was no turn")

        with within(4):
            errors = side_by_side(*[write] * 6)
        assert all(is_away(error) for error in errors), errors
        locked.execute("ROLLBACK")
        with transaction() as db:
            make_keywords(db, site, 1)

    @pytest.mark.slow
    def test_workers_wait_for_it_and_go_on(
        self,
        run: Run,
        watch: Watch,
        peer: AiPeer,
        ai_worker: StartWorker,
        reconciler: Program,
        locked: sqlite3.Connection,
    ) -> None:
        peer.latency = 0.5
        pool = ai_worker("worker", IGNY8_WORKERS="2", **GIVEN_UP_SOON)
        programs = [ai_worker(**GIVEN_UP_SOON), pool, reconciler]
        until(lambda: refreshed(run).stages[0].processed, 30)
        locked.execute("BEGIN EXCLUSIVE")
        time.sleep(15)
        locked.execute("ROLLBACK")

        until(lambda: is_over(run), 60)
        for each in programs:
            assert each.popen.poll() is None, each.said
            assert "Traceback" not in each.said, each.said
