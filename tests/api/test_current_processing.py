"""The live card as JSON."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from igny8_web.extensions import transaction
from igny8_web.models import Run, RunItem, Site, StageRun
from igny8_web.pipeline.claims import claim
from igny8_web.pipeline.stages import STAGES
from igny8_web.services import automation
from igny8_web.web.api.current_processing import LONGEST_TITLE, shortened

from ..engine import take
from ..factories import make_clusters, make_keywords, make_site
from .conftest import Api, problem, queries_counted

FIELDS = [
    "stage_number",
    "stage_name",
    "stage_type",
    "total_items",
    "processed_items",
    "percentage",
    "currently_processing",
    "up_next",
    "remaining_count",
]
TITLES = {
    "words": "how to make coffee " * 21,
    "emoji": "☕🫖👩🏽‍🍳" * 80,
    "cjk": "手冲咖啡的水温" * 57,
    "quotes": '"\\' * 200,
    "control characters": "\x01\x1f" * 200,
}


@pytest.fixture
def run(site: Site) -> Run:
    """A run whose first stage has eight items, three of them in hand."""
    with transaction() as db:
        make_keywords(db, site, 8)
    run = automation.run_now(site)
    _hold(run.stages[0], 3)
    return run


def _hold(stage_run: StageRun, number: int) -> None:
    lane = take(stage_run)
    with transaction() as db:
        assert len(claim(db, lane, number, number)) == number


def test_the_answer_tells_what_is_in_hand_and_what_is_next(api: Api, site: Site, run: Run) -> None:
    answer = api.get("/automation/current_processing/", site_id=site.id).json
    assert answer is not None
    data = answer["data"]
    assert set(FIELDS) <= set(data)
    assert (data["stage_number"], data["stage_name"]) == (1, "Keywords → Clusters")
    assert (data["stage_type"], data["percentage"]) == ("AI", 0)
    assert (data["total_items"], data["processed_items"], data["remaining_count"]) == (8, 0, 8)
    assert [item["type"] for item in data["currently_processing"]] == ["keyword"] * 3
    assert [set(item) for item in data["up_next"]] == [{"id", "title", "type"}] * 2
    shown = [item["id"] for item in data["currently_processing"] + data["up_next"]]
    assert shown == sorted(shown)
    assert data["run_id"] == run.run_id
    by_id = api.get("/automation/current_processing/", site_id=site.id, run_id=run.run_id).json
    assert by_id == answer


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
def test_the_answer_is_under_1_kb_whatever_the_titles_are(
    api: Api, site: Site, run: Run, title: str
) -> None:
    longest = max(STAGES, key=lambda stage: len(stage.title.encode() + stage.unit[0].encode()))
    with transaction() as db:
        db.get_one(Run, run.id).rev = 2**31 - 1
        db.get_one(Run, run.id).run_id = "run_20261123_150102_scheduled_9999"
        stage_run = db.get_one(StageRun, run.stages[0].id)
        stage_run.slug = longest.slug
        stage_run.total, stage_run.processed, stage_run.failed = 2_000_000, 1_000_000, 999_999
        for number, item in enumerate(db.query(RunItem).all()):
            item.title, item.item_id = title[:400], 2**31 - 1 - number
    answer = api.get("/automation/current_processing/", site_id=site.id)
    assert answer.json is not None
    assert len(answer.json["data"]["currently_processing"]) == 3
    assert len(answer.json["data"]["up_next"]) == 2
    assert len(answer.data) < 1000
    assert len(answer.data) > 700  # titles are shortened, not dropped


def test_a_short_title_stays_and_a_long_one_ends_in_an_ellipsis() -> None:
    assert shortened("Cold brew") == "Cold brew"
    for title in TITLES.values():
        short = shortened(title)
        assert short.endswith("…")
        assert title.startswith(short[:-1])
        size = len(json.dumps(short, ensure_ascii=False).encode()) - 2
        assert LONGEST_TITLE - 12 < size <= LONGEST_TITLE


def test_letters_of_other_scripts_are_sent_as_they_are(api: Api, site: Site, run: Run) -> None:
    answer = api.get("/automation/current_processing/", site_id=site.id)
    assert "Keywords → Clusters".encode() in answer.data


def test_nothing_runs_is_null(api: Api, site: Site) -> None:
    assert api.get("/automation/current_processing/", site_id=site.id).json == {"data": None}


def test_a_run_that_is_over_is_null(api: Api, site: Site) -> None:
    with transaction() as db:
        make_keywords(db, site, 1)
    run = automation.run_now(site)
    automation.cancel(run)
    for query in ({}, {"run_id": run.run_id}, {"run_id": ""}):
        answer = api.get("/automation/current_processing/", site_id=site.id, **query)
        assert answer.json == {"data": None}


def test_the_automation_run_is_shown_before_a_manual_one(api: Api, site: Site, run: Run) -> None:
    with transaction() as db:
        clusters = make_clusters(db, site, 1)
    manual = automation.run_stage(site, "develop-ideas", [clusters[0].id])
    shown = api.get("/automation/current_processing/", site_id=site.id).json
    assert shown is not None
    assert shown["data"]["run_id"] == run.run_id
    asked = api.get("/automation/current_processing/", site_id=site.id, run_id=manual.run_id).json
    assert asked is not None
    assert asked["data"]["stage_name"] == "Clusters → Ideas"


def test_a_manual_run_is_shown_where_no_automation_runs(api: Api, site: Site) -> None:
    with transaction() as db:
        clusters = make_clusters(db, site, 1)
    manual = automation.run_stage(site, "develop-ideas", [clusters[0].id])
    shown = api.get("/automation/current_processing/", site_id=site.id).json
    assert shown is not None
    assert shown["data"]["run_id"] == manual.run_id


def test_a_run_of_another_site_is_not_found(api: Api, site: Site, run: Run) -> None:
    with transaction() as db:
        other = make_site(db, "tea-notes")
    answer = api.get("/automation/current_processing/", site_id=other.id, run_id=run.run_id)
    assert answer.status_code == 404
    assert problem(answer)["code"] == "not_found"


def test_the_number_of_queries_does_not_grow_with_the_run(app: Flask, api: Api, site: Site) -> None:
    counts = set()
    for number in (8, 300):
        with transaction() as db:
            make_keywords(db, site, number)
        run, site_id = automation.run_now(site), site.id
        with queries_counted(app) as queries:
            api.get("/automation/current_processing/", site_id=site_id)
        counts.add(len(queries))
        automation.cancel(run)
    assert len(counts) == 1
    assert max(counts) <= 6
