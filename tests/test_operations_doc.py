"""docs/operations.md and the units: what they name exists, and what they quote is said."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families as parse

from igny8_web.config import Config, load
from igny8_web.db import db_now
from igny8_web.extensions import transaction
from igny8_web.models import AiCall, Beat, CallStatus, Lane, Site, StageRun
from igny8_web.pipeline import calls, progress, reconciler
from igny8_web.services import automation, health, readiness
from igny8_web.services.metrics import exposition

from .engine import Rings, items_of
from .factories import make_clusters
from .servers import PLAIN_RQ, RQ_QUEUES

ROOT = Path(__file__).parents[1]
DOC = (ROOT / "docs" / "operations.md").read_text()
README = (ROOT / "README.md").read_text()
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
COMMON = ROOT / "deploy" / "systemd" / "igny8-.service.d" / "common.conf"
EXAMPLE = ROOT / "deploy" / "systemd" / "igny8.env.example"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", DOC, re.M | re.S)


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below that heading or line."""
    table = re.search(r"(?:^\|.*\n)+", DOC[DOC.index(heading) :], re.M)
    assert table, heading
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table[0].splitlines()[2:]]


def in_ticks(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.mark.parametrize("text", [DOC, README], ids=["operations.md", "README.md"])
def test_every_command_exists(app: Flask, text: str) -> None:
    named = set(re.findall(r"(?:flask --app wsgi|deploy/igny8) ([a-z][a-z-]*)", text))
    assert len(named) > 5
    assert named - {"db"} <= set(app.cli.commands)


@pytest.mark.parametrize("text", [DOC, README, EXAMPLE.read_text(), COMMON.read_text()])
def test_every_variable_exists(text: str) -> None:
    known = {f"IGNY8_{spec.name.upper()}" for spec in fields(Config)}
    assert set(re.findall(r"IGNY8_[A-Z_]+", text)) <= known


def test_the_example_of_an_environment_is_one() -> None:
    lines = [line for line in EXAMPLE.read_text().splitlines() if not line.startswith("#")]
    values = dict(line.split("=", 1) for line in lines)
    port = values.pop("PORT")
    assert port.isdigit()
    config = load(values)
    assert config.log_format == "json"
    assert not any(re.search(r"[\s;&$'\"]", value) for value in values.values()), (
        "sh and systemd have to read it alike"
    )


def test_every_link_leads_somewhere() -> None:
    headings = re.findall(r"^##+ (.+)$", DOC, re.M)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(([^)]+)\)", DOC)
    assert links
    for link in links:
        file, _, anchor = link.partition("#")
        assert not file or (ROOT / "docs" / file).is_file(), link
        assert file or anchor in anchors, link
    for link in re.findall(
        r"\(operations\.md#([\w-]+)\)", (ROOT / "docs/configuration.md").read_text()
    ):
        assert link in anchors


def test_each_case_is_told_with_what_to_do() -> None:
    cases = rows("## What happens when")
    assert [case[0].split()[0] for case in cases] == [str(number) for number in range(1, 19)]
    assert all(len(case) == 4 and all(case) for case in cases)


def test_what_the_page_says_is_quoted_to_the_letter() -> None:
    said = " ".join(case[2] for case in rows("## What happens when"))
    for words in (progress.RECOVERING, progress.UNHEARD):
        assert words in said
    assert calls.ASKED_TWICE.startswith("Asked twice")
    assert "“It took longer than 300 s and was stopped.”" in said
    assert "“The worker stopped 3 times while working on this item.”" in said


def test_numbers_are_those_of_the_defaults() -> None:
    assert f"a lease of {Config.lease_seconds} s" in DOC
    assert f"every {Config.reconcile_seconds} s" in DOC
    assert (Config.item_seconds, Config.max_attempts) == (300, 3)
    assert reconciler.RING_PATIENCE_SECONDS + Config.reconcile_seconds <= 30
    assert f"`doctor` warns below {health.LEAST_FREE_MB} MB" in DOC


def test_the_parts_of_the_checks_are_all_told(app: Flask) -> None:
    assert [in_ticks(row[0])[0] for row in rows("**`doctor`**")] == list(health.CHECKS)
    with app.app_context():
        missing = readiness.what_is_missing()
    assert missing
    for part in [*missing, "database"]:
        assert f"`{part}`" in DOC[DOC.index("**`/readyz`**") : DOC.index("**`doctor`**")]


def test_what_the_reconciler_prints_is_told(site: Site, rings: Rings) -> None:
    told = {in_ticks(row[0])[0] for row in rows("**`reconcile`**")}
    assert {"closed", "rang lane 2"} <= told
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 1)]
    automation.run_stage(site, "develop-ideas", ids)
    rings.forget()
    with transaction() as db:
        db.execute(sa.update(Lane).values(rung_at=None))
    [mended] = reconciler.reconcile()
    assert mended.what == "rang lane 1"


def test_the_metrics_are_those_that_are_exposed(
    tmp_path: Path, site: Site, rings: Rings, app: Flask
) -> None:
    documented: dict[str, set[str]] = {}
    for names, labels, _ in rows("| metric |"):
        documented |= {name: set(in_ticks(labels)) for name in in_ticks(names)}

    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 1)]
    stage_run = automation.run_stage(site, "develop-ideas", ids).stages[0]
    item = items_of(stage_run)[0]
    with transaction() as db:
        db.add(Beat(name="reconciler"))
        for status in (CallStatus.USED, CallStatus.PENDING):
            db.add(
                AiCall(
                    run_item_id=item.id,
                    stage="develop-ideas",
                    provider="p",
                    model="m",
                    fingerprint=status.value,
                    status=status,
                )
            )
        db.execute(sa.update(StageRun).values(finished_at=db_now()))
    exposed = {
        sample.name: set(sample.labels)
        for family in parse(exposition("")[0].decode())
        for sample in family.samples
    }
    assert exposed.items() <= documented.items()
    away = {"igny8_queue_jobs", "igny8_queue_failed_jobs", "igny8_workers"}  # no Redis here
    assert documented.keys() - exposed.keys() == away


def test_the_settings_for_prometheus_can_be_read_and_name_known_metrics() -> None:
    known = {name for row in rows("| metric |") for name in in_ticks(row[0])}
    read = [yaml.safe_load(text) for kind, text in BLOCKS if kind == "yaml"]
    assert [list(each) for each in read] == [["scrape_configs"], ["groups"]]
    for rule in read[1]["groups"][0]["rules"]:
        assert set(re.findall(r"igny8_\w+", rule["expr"])) <= known, rule


def test_a_copy_of_a_sqlite_database_at_work_is_whole(tmp_path: Path) -> None:
    live = sqlite3.connect(tmp_path / "igny8.db")
    live.execute("PRAGMA journal_mode = WAL")
    live.execute("CREATE TABLE t (a)")
    live.execute("INSERT INTO t VALUES (1)")
    live.commit()
    [command] = [text for kind, text in BLOCKS if "a.backup(b)" in text]
    command = command.replace(".venv/bin/python", sys.executable)
    command = command.replace("/var/lib/igny8/", f"{tmp_path}/")
    command = command.replace("/backup/igny8.db", f"{tmp_path}/copy.db")

    subprocess.run(command, shell=True, check=True)

    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT a FROM t").fetchall() == [(1,)]
    live.close()
    copy.close()


class TestUnits:
    def test_each_is_told_and_each_that_is_told_is_there(self) -> None:
        there = {path.stem for path in UNITS}
        told = set(re.findall(r"\bigny8-(?:[a-z]+)\b", DOC)) - {"igny8-token", "igny8-manual"}
        assert told - {"igny8-automation"} == there

    def test_each_is_restarted_and_given_time(self) -> None:
        lines = COMMON.read_text().splitlines()
        for line in ("Restart=always", "KillMode=mixed", "TimeoutStopSec=90"):
            assert line in lines

    def test_the_plain_worker_is_started_by_the_documented_line(self) -> None:
        line = re.search(r"^ExecStart=\S+/rq (.+)$", (UNITS[2]).read_text(), re.M)
        assert line, UNITS
        words = line[1].split()
        assert words[:3] == ["worker", "--url", "${IGNY8_REDIS_URL}"]
        assert words[3:] == [*PLAIN_RQ[2:], *RQ_QUEUES]
        documented = [text for kind, text in BLOCKS if "bin/rq worker" in text]
        assert " ".join(words[3:]) in " ".join(documented[0].replace("\\\n", " ").split())

    @pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
    def test_each_starts_a_program_that_exists(self, unit: Path) -> None:
        line = re.search(
            r"^ExecStart=/opt/igny8_web/\.venv/bin/(\S+) ?(.*)$", unit.read_text(), re.M
        )
        assert line
        program, words = line.groups()
        assert (Path(sys.executable).parent / program).exists()
        if words.startswith("-m "):
            module = words.split()[1].replace(".", "/")
            assert (ROOT / f"{module}.py").is_file()
        elif words.endswith(".py"):
            assert (ROOT / words).is_file()

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
    def test_systemd_understands_them(self, tmp_path: Path) -> None:
        folder = tmp_path / "units"
        shutil.copytree(ROOT / "deploy" / "systemd", folder)
        venv = str(Path(sys.executable).parents[1])
        for path in [*folder.glob("*.service"), *folder.glob("*/*.conf")]:
            text = path.read_text().replace("/opt/igny8_web/.venv", venv)
            path.write_text(text.replace("/opt/igny8_web", str(ROOT)))
        units = sorted(map(str, folder.glob("*.service")))
        done = subprocess.run(
            ["systemd-analyze", "verify", *units],
            env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{folder}:"},
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_the_commands_work_with_the_environment_of_the_services(tmp_path: Path) -> None:
    if not (ROOT / ".venv/bin/flask").exists():
        pytest.skip("the environment of this installation is not in .venv")
    environment = tmp_path / "igny8.env"
    lines = EXAMPLE.read_text().replace("/var/lib/igny8", str(tmp_path / "data"))
    environment.write_text(re.sub(r"postgresql://\S+", "", lines))
    done = subprocess.run(
        [ROOT / "deploy" / "igny8", "doctor"],
        env={"PATH": "/usr/bin:/bin", "IGNY8_ENVIRONMENT": str(environment)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert f"MB free below {tmp_path}/data" in done.stdout
    assert "logs         ok  json, info and above; /metrics answers its token" in done.stdout
