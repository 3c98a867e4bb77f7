"""Commands about runs, and those of an operator."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from igny8_web.cli import runs
from igny8_web.extensions import db, transaction
from igny8_web.models import Lane, RunStatus, Site
from igny8_web.services import automation
from igny8_web.services.demo import make_demo_site

from ..engine import Rings, let_leases_run_out, refreshed, take
from ..factories import make_clusters, make_keywords
from ..fakes import FakeProvider, nonsense


@pytest.fixture
def keywords(site: Site, rings: Rings, provider: FakeProvider) -> None:
    """Four new keywords."""
    with transaction() as tx:
        make_keywords(tx, site, 4)


def test_run_automation_prints_the_run(app: Flask, site: Site, keywords: None) -> None:
    done = app.test_cli_runner().invoke(args=["run-automation", "--site", site.slug])
    run = automation.live_run(site)
    assert run is not None
    assert done.stdout.strip() == run.run_id


def test_run_automation_waits_until_the_run_has_ended(
    app: Flask, site: Site, keywords: None, rings: Rings
) -> None:
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.02):
            rings.answer_all()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        done = app.test_cli_runner().invoke(args=["run-automation", "--site", site.slug, "--wait"])
    finally:
        over.set()
        worker.join()
    assert done.exit_code == 0, done.output
    assert "Run completed in" in done.stdout


def test_run_automation_names_the_sites_it_knows(app: Flask, site: Site) -> None:
    done = app.test_cli_runner().invoke(args=["run-automation", "--site", "brew"])
    assert done.exit_code == 1
    assert "There is no site 'brew'. Sites: brew-notes." in done.stderr


def test_a_second_run_is_refused_in_one_line(app: Flask, site: Site, keywords: None) -> None:
    run = automation.run_now(site)
    done = app.test_cli_runner().invoke(args=["run-automation", "--site", site.slug])
    assert done.exit_code == 1
    assert f"{run.run_id} is queued" in done.stderr


def test_a_run_is_paused_resumed_and_cancelled(app: Flask, site: Site, keywords: None) -> None:
    run = automation.run_now(site)
    runner = app.test_cli_runner()
    for command, status in (
        ("pause-run", RunStatus.PAUSED),
        ("resume-run", RunStatus.QUEUED),
        ("cancel-run", RunStatus.CANCELLED),
    ):
        done = runner.invoke(args=[command, run.run_id])
        assert done.stdout.strip() == f"{run.run_id} is {status}"
        assert refreshed(run).status is status


def test_what_failed_is_said_and_tried_again(
    app: Flask, site: Site, rings: Rings, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    polls = SimpleNamespace(sleep=lambda seconds: rings.answer_all())
    monkeypatch.setattr(runs, "time", polls)
    runner = app.test_cli_runner()
    with transaction() as tx:
        make_clusters(tx, site, 2)
    provider.will("develop-ideas", nonsense(), nonsense())

    done = runner.invoke(args=["run-automation", "--site", site.slug, "--wait"])
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "  2 clusters: The request was refused."

    run_id = done.stdout.splitlines()[0]
    done = runner.invoke(args=["retry-failed", run_id, "--stage", "develop-ideas", "--wait"])
    assert (done.exit_code, "Retry completed in" in done.stdout) == (0, True)
    done = runner.invoke(args=["retry-failed", run_id])
    assert (done.exit_code, "Nothing is left to try again" in done.stderr) == (1, True)


def test_reconcile_prints_what_it_mended(app: Flask, site: Site, keywords: None) -> None:
    run = automation.run_now(site)
    take(run.stages[0])
    let_leases_run_out(run.stages[0])
    done = app.test_cli_runner().invoke(args=["reconcile"])
    assert done.stdout.splitlines() == [f"{run.run_id} stage 1: rang lane 1"]
    with transaction() as tx:
        assert tx.query(Lane).one().token is None


def test_the_first_start_makes_the_demo_site_once(app: Flask) -> None:
    first = app.test_cli_runner().invoke(args=["first-start"]).stdout
    assert "Brew Notes has 150 keywords waiting" in first
    assert "/setup/" in first
    second = app.test_cli_runner().invoke(args=["first-start"]).stdout
    assert "Brew Notes" not in second
    assert make_demo_site() is None


def test_the_data_folder_is_made_where_it_is_missing(app: Flask, tmp_path: Path) -> None:
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert db.engine.dialect.name == "sqlite"


def test_a_run_is_started_with_a_cap_and_the_cap_is_raised_when_it_was_reached(
    app: Flask, site: Site, keywords: None
) -> None:
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["run-automation", "--site", site.slug, "--cap", "much"])
    assert refused.exit_code == 1
    assert "Write US dollars as a number" in refused.stderr
    runner.invoke(args=["run-automation", "--site", site.slug, "--cap", "0.50"])
    run = automation.live_run(site)
    assert run is not None
    assert run.cap == Decimal("0.5")

    refused = runner.invoke(args=["raise-cap", run.run_id, "2"])
    assert "has not reached a cap" in refused.stderr
    with transaction():
        refreshed(run).pause("The cap is reached.", "cap")
    done = runner.invoke(args=["raise-cap", run.run_id, "2"])
    assert done.stdout == f"{run.run_id} is queued\n"
    assert refreshed(run).cap == 2
