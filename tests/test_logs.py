"""What the processes say: in one form, with what it is about, and without a secret."""

from __future__ import annotations

import json
import logging
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from igny8_web import logs
from igny8_web.config import ConfigError, load
from igny8_web.extensions import transaction
from igny8_web.masking import HIDDEN, Mask
from igny8_web.models import Site, User
from igny8_web.services import accounts, automation

from .engine import Rings, refreshed
from .factories import make_clusters, make_keywords
from .fakes import FakeProvider
from .peers.ai import AiPeer
from .platform.helpers import until
from .servers import PLAIN_RQ, StartWorker
from .visitor import Visitor

log = logging.getLogger("igny8_web.somewhere")
SetUp = Callable[..., None]
KEY = 'sk_"quoted"\\and+odd/ké'


@pytest.fixture
def set_up(tmp_path: Path) -> Iterator[SetUp]:
    """Configure the log of the test's own process; as before after the test."""
    hook, others = sys.excepthook, [logging.getLogger(name) for name in logs.OTHERS]

    def apply(**settings: Any) -> None:
        logs.set_up(load({}, data_dir=tmp_path, **settings))

    yield apply
    apply()
    sys.excepthook = hook
    for other in others:
        other.handlers.clear()


Said = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def said(set_up: SetUp, capsys: pytest.CaptureFixture[str]) -> Said:
    """Log as JSON; answers the lines so far, each of which has to be an object."""
    set_up(log_format="json", log_level="debug")
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_of_text_says_what_it_is_about(
    set_up: SetUp, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up()
    with logs.about(run="run_7", stage="write-content"), logs.about(items=[5, 6], attempt=2):
        log.warning("the provider is %s", "slow")
    log.warning("all is well")

    inside, outside = capsys.readouterr().err.splitlines()
    place = "[run=run_7 stage=write-content items=5,6 attempt=2]"
    assert inside.endswith(f" WARNING igny8_web.somewhere {place}: the provider is slow")
    assert outside.endswith(" WARNING igny8_web.somewhere: all is well")


def test_a_line_of_json_has_what_it_is_about_as_fields(said: Said) -> None:
    with logs.about(run="run_7", items=[5, 6]):
        log.info("slow", extra={"seconds": 9})

    [line] = said()
    assert line.pop("time").startswith("20")
    assert isinstance(line.pop("pid"), int)
    assert line == {
        "level": "INFO",
        "logger": "igny8_web.somewhere",
        "message": "slow",
        "seconds": 9,
        "run": "run_7",
        "items": [5, 6],
    }


def test_many_items_are_all_in_json_and_some_in_text(
    set_up: SetUp, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up()
    with logs.about(items=list(range(200))):
        log.warning("a large batch")

    assert "[items=0,1,2,3,4,…]" in capsys.readouterr().err


def test_a_traceback_stays_in_its_line_of_json(said: Said) -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        log.exception("it broke")

    [line] = said()
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: first\nsecond")


def test_what_libraries_do_every_day_is_said_at_debug_only(
    set_up: SetUp, capsys: pytest.CaptureFixture[str]
) -> None:
    library = logging.getLogger("alembic.runtime.migration")
    set_up(log_level="info")
    log.info("ours")
    library.info("Context impl SQLiteImpl.")
    library.warning("look here")
    set_up(log_level="debug")
    library.info("Running upgrade")

    lines = capsys.readouterr().err.splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == ["ours", "look here", "Running upgrade"]


def test_less_than_the_level_is_not_said(set_up: SetUp, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(log_level="warning")
    logging.getLogger("rq.worker").setLevel(logging.INFO)  # as RQ does itself
    logging.getLogger("rq.worker").info("Job OK")
    log.info("nobody needs to know")

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["log_format", "log_level"])
def test_a_setting_that_cannot_be_used_is_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigError, match=f"IGNY8_{name.upper()} must be .* or .*, not 'loud'"):
        load({f"IGNY8_{name.upper()}": "loud"})


def test_statements_are_not_logged(
    app: Flask, set_up: SetUp, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up()
    with transaction() as db:
        make_clusters(db, Site(slug="x", name="X", domain="x.example"), 0)

    assert capsys.readouterr().err == ""


class TestSecrets:
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_no_configured_secret_is_read_anywhere_in_a_line(
        self, set_up: SetUp, capsys: pytest.CaptureFixture[str], form: str
    ) -> None:
        set_up(
            log_format=form,
            text_api_key=KEY,
            secret_key="the-session-key",
            metrics_token="the-metrics-token",
            database_url="postgresql://igny8:p%40ss-word@db.example/igny8",
            redis_url="redis://:redis-pass@cache.example/0",
        )
        logs.hide("unsealed-from-the-database")
        try:
            raise RuntimeError(f"the key {KEY} was refused by p@ss-word")
        except RuntimeError:
            log.exception(
                "%s, %r, %s",
                KEY,
                {"key": KEY},
                f"postgresql://igny8:p%40ss-word@db.example, https://ai.example/{quote(KEY)}",
                extra={"token": "the-metrics-token", "redis": "redis-pass"},
                stack_info=True,
            )
        with logs.about(run="the-session-key"):
            log.warning("unsealed-from-the-database and the-metrics-token")

        read = capsys.readouterr().err
        assert HIDDEN in read
        assert "was refused by" in read
        for part in ("quoted", "odd", "pass-word", "ss-word", "redis-pass", "the-session-key"):
            assert part not in read
        assert "the-metrics-token" not in read
        assert "unsealed" not in read
        if form == "json":
            assert len([json.loads(line) for line in read.splitlines()]) == 2

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("postgresql://me:p&w;x@host/db", "postgresql://me:***@host/db"),
            ("GET /setup/Zm9vYmFy-_x HTTP/1.1", "GET /setup/*** HTTP/1.1"),
            ("'Authorization': 'Bearer abcdefghij0123456789'", "'Authorization': 'Bearer ***'"),
            ("GET /x?a=1&access_token=abc&b=2", "GET /x?a=1&access_token=***&b=2"),
            ('GET /x.png?sig=a%2Fb"', 'GET /x.png?sig=***"'),
            (f"sent igny8_{'x' * 43}", "sent ***"),
            (
                "Incorrect API key provided: sk-proj-abcdef0123456789",
                "Incorrect API key provided: ***",
            ),
        ],
    )
    def test_what_looks_like_a_secret_is_hidden_too(self, text: str, left: str) -> None:
        assert Mask()(text) == left

    @pytest.mark.parametrize(
        "text",
        [
            "basic information about https://example.com:8000/path",
            "task-with-a-rather-long-name, run_20261123_150102_manual",
            "igny8_web.pipeline.runner: /sites/brew-notes?page=2&sort=key",
        ],
    )
    def test_other_words_stay(self, text: str) -> None:
        assert Mask(["note", ""])(text) == text

    def test_a_short_secret_is_hidden_where_it_stands_alone(self) -> None:
        assert Mask(["note"])("the note, a notebook") == "the ***, a notebook"


class TestWork:
    @pytest.fixture
    def run(self, site: Site, rings: Rings, provider: FakeProvider) -> Any:
        with transaction() as db:
            ids = [cluster.id for cluster in make_clusters(db, site, 2)]
        return automation.run_stage(site, "develop-ideas", ids)

    def test_what_a_library_says_meanwhile_names_run_stage_items_and_attempt(
        self, run: Any, rings: Rings, provider: FakeProvider, said: Said
    ) -> None:
        def chatty(data: dict[str, Any]) -> dict[str, Any]:
            logging.getLogger("urllib3.connectionpool").warning("Retrying")
            return data

        provider.always("develop-ideas", chatty)
        rings.answer_all()
        log.info("afterwards")

        lines = said()
        [first, *_] = [line for line in lines if line["logger"] == "urllib3.connectionpool"]
        assert (first["run"], first["stage"]) == (run.run_id, "develop-ideas")
        assert (first["items"], first["attempt"]) == ([1], 1)
        [closed] = [line for line in lines if line["message"] == f"{run.run_id} is completed"]
        assert closed["run"] == run.run_id
        assert "items" not in closed
        assert "run" not in lines[-1]

    def test_the_second_attempt_says_so(
        self, run: Any, rings: Rings, provider: FakeProvider, said: Said
    ) -> None:
        provider.always("develop-ideas", ZeroDivisionError("a bug"))
        rings.answer_all()

        failures = [line for line in said() if "failed on" in line["message"]]
        assert {line["attempt"] for line in failures} == {1}
        assert "ZeroDivisionError: a bug" in failures[0]["exception"]

    def test_the_thread_that_renews_the_lease_names_the_run(
        self, app: Flask, run: Any, said: Said, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from igny8_web.pipeline import claims

        from .engine import take

        def renew(*_: Any) -> bool:
            logging.getLogger("sqlalchemy.pool").warning("a bad connection")
            return False

        monkeypatch.setattr(claims, "renew", renew)
        lane = take(run.stages[0], lease_seconds=0)
        with logs.about(run=run.run_id), claims.heartbeat(app, lane) as lost:
            assert lost.wait(10)

        [line] = [line for line in said() if line["logger"] == "sqlalchemy.pool"]
        assert line["run"] == run.run_id


class TestRequests:
    @pytest.fixture(autouse=True)
    def broken(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any) -> None:
            raise ZeroDivisionError("a bug")

        app.config["PROPAGATE_EXCEPTIONS"] = False
        for endpoint in ("sites.new", "auth.setup"):
            monkeypatch.setitem(app.view_functions, endpoint, fail)

    def test_an_error_names_request_path_and_user_and_no_query(
        self, owner_client: Visitor, owner: User, said: Said
    ) -> None:
        answer = owner_client.get("/sites/new?token=hush", headers={"Cookie": "other=biscuit"})

        assert answer.status_code == 500
        text = json.dumps(lines := said())
        [line] = [line for line in lines if line["level"] == "ERROR"]
        assert line["request"] == "GET /sites/new"
        assert line["request_id"] == answer.headers["X-Request-ID"]
        assert line["user"] == owner.id
        assert "hush" not in text
        assert "biscuit" not in text

    def test_the_id_of_a_proxy_is_kept_and_nonsense_is_not(self, client: Visitor) -> None:
        given = {"X-Request-ID": "7f3a-proxy.1"}
        assert client.get("/healthz", headers=given).headers["X-Request-ID"] == "7f3a-proxy.1"
        odd = client.get("/healthz", headers={"X-Request-ID": "x" * 500}).headers["X-Request-ID"]
        assert len(odd) == 16

    def test_the_one_time_link_is_not_written_down(self, client: Visitor, said: Said) -> None:
        client.get(f"/setup/{accounts.new_owner_link()}")

        [line] = [line for line in said() if line["level"] == "ERROR"]
        assert line["request"] == "GET /setup/***"
        assert "/setup/***" in line["message"]

    def test_a_path_forges_no_line(
        self, owner_client: Visitor, set_up: SetUp, capsys: pytest.CaptureFixture[str]
    ) -> None:
        set_up()
        owner_client.get("/setup/x%0aWARNING%20forged")

        read = capsys.readouterr().err
        assert r"\nWARNING forged" in read
        assert "\nWARNING forged" not in read


def test_the_end_of_a_process_is_a_line_of_json(worker: StartWorker) -> None:
    program = worker(
        "igny8_web.reconciling",
        IGNY8_LOG_FORMAT="json",
        IGNY8_DATABASE_URL="nonsense://me:hush-hush@host/db",
    )
    assert program.wait() == 1

    lines = [json.loads(line) for line in program.said.splitlines()]
    assert lines[-1]["level"] == "CRITICAL"
    assert "NoSuchModuleError" in lines[-1]["exception"]
    assert "hush" not in program.said


class TestProcesses:
    """The real ones, as an operator starts them."""

    @pytest.fixture
    def redis_url(self, empty_valkey: str) -> str:
        return empty_valkey

    @pytest.mark.parametrize("words", [PLAIN_RQ, ("worker",)], ids=["rq worker", "worker.py"])
    def test_a_worker_says_everything_in_json(
        self, site: Site, worker: StartWorker, words: tuple[str, ...]
    ) -> None:
        with transaction() as db:
            make_keywords(db, site, 3)
        run = automation.run_now(site)
        program = worker(*words, IGNY8_LOG_FORMAT="json", IGNY8_LOG_LEVEL="debug")
        until(lambda: not refreshed(run).is_live, 60)
        program.send(signal.SIGTERM)
        program.wait()

        lines = [json.loads(line) for line in program.said.splitlines()]
        assert not [line for line in lines if "rehearsal" in line["message"]]
        [ended] = [line for line in lines if line["message"] == f"{run.run_id} is completed"]
        assert ended["run"] == run.run_id
        assert ended["job"].startswith(f"run-{run.id}-stage-7-")
        if words is PLAIN_RQ:
            assert "rq.worker" in {line["logger"] for line in lines}

    def test_what_is_said_while_a_provider_is_asked_names_the_item_and_never_the_key(
        self, site: Site, ai_worker: StartWorker, peer: AiPeer
    ) -> None:
        peer.key = "a-key-that-nobody-may-read"
        with transaction() as db:
            ids = [cluster.id for cluster in make_clusters(db, site, 1)]
        run = automation.run_stage(site, "develop-ideas", ids)
        program = ai_worker(IGNY8_LOG_FORMAT="json", IGNY8_LOG_LEVEL="debug")
        until(lambda: not refreshed(run).is_live, 60)

        lines = [json.loads(line) for line in program.said.splitlines()]
        of_library = [line for line in lines if line["logger"] == "urllib3.connectionpool"]
        assert len(peer.calls) == 1, program.said
        assert of_library
        for line in of_library:
            assert (line["run"], line["stage"]) == (run.run_id, "develop-ideas")
            assert (line["items"], line["attempt"]) == (ids, 1)
        assert peer.key not in program.said

    def test_web_and_reconciler_say_everything_in_json(
        self, app: Flask, worker: StartWorker
    ) -> None:
        web = worker(
            *("gunicorn", "wsgi:app", "--log-level", "info", "--access-logfile", "-"),
            IGNY8_LOG_FORMAT="json",
            PORT="0",
        )
        web.until_said("Booting worker")
        [port] = [
            json.loads(line)["message"].split("http://127.0.0.1:")[1].split()[0]
            for line in web.said.splitlines()
            if "Listening at" in line
        ]
        url = f"http://127.0.0.1:{port}/healthz?token=hush"
        until(lambda: urllib.request.urlopen(url, timeout=20).status == 200)
        web.send(signal.SIGHUP)  # makes gunicorn set up its log anew
        web.until_said("Hang up")
        until(lambda: web.said.count("Booting worker") == 2)
        web.send(signal.SIGTERM)
        web.wait()
        reconciler = worker("igny8_web.reconciling", IGNY8_LOG_FORMAT="json")
        reconciler.send(signal.SIGTERM)
        reconciler.wait()

        lines = [json.loads(line) for line in (web.said + reconciler.said).splitlines()]
        [access, *_] = [line for line in lines if line["logger"] == "gunicorn.access"]
        assert "GET /healthz 200" in access["message"]
        assert "hush" not in web.said
