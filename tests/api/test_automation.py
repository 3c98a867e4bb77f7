"""Starting a run and telling it what to do."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from igny8_web.extensions import transaction
from igny8_web.models import RunStatus, Site, Trigger
from igny8_web.services import automation, runs

from ..engine import Rings, refreshed
from ..factories import make_clusters, make_keywords, make_site
from ..fakes import FakeProvider, nonsense
from .conftest import Api, problem, queries_counted


@pytest.fixture
def busy_site(site: Site) -> Site:
    """A site with keywords to work on."""
    with transaction() as db:
        make_keywords(db, site, 6)
    return site


def start(api: Api, site: Site) -> str:
    answer = api.post("/automation/run_now/", query_string={"site_id": site.id})
    assert answer.status_code == 202, answer.text
    assert answer.json is not None
    return str(answer.json["data"]["run_id"])


def tell(api: Api, run_id: str, verb: str) -> object:
    answer = api.post(f"/automation/{verb}/", query_string={"run_id": run_id})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_run_now_answers_at_once_while_redis_is_away(api: Api, busy_site: Site) -> None:
    began = monotonic()
    run_id = start(api, busy_site)
    assert monotonic() - began < 1.5
    live = runs.live_run_of(busy_site)
    assert live is not None
    assert (live.run_id, live.status, live.trigger) == (run_id, RunStatus.QUEUED, Trigger.API)


def test_a_second_run_is_refused_with_the_id_of_the_live_one(api: Api, busy_site: Site) -> None:
    run_id = start(api, busy_site)
    answer = api.post("/automation/run_now/", query_string={"site_id": busy_site.id})
    assert answer.status_code == 409
    error = problem(answer)
    assert (error["code"], error["run_id"]) == ("already_running", run_id)
    assert run_id in error["message"]


def test_a_run_is_paused_resumed_and_cancelled(api: Api, busy_site: Site) -> None:
    run_id = start(api, busy_site)
    assert tell(api, run_id, "pause") == {"data": {"run_id": run_id, "status": "paused"}}
    assert tell(api, run_id, "resume") == {"data": {"run_id": run_id, "status": "queued"}}
    assert tell(api, run_id, "cancel") == {"data": {"run_id": run_id, "status": "cancelled"}}


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel"])
def test_what_a_run_that_is_over_cannot_do_is_refused(api: Api, busy_site: Site, verb: str) -> None:
    run_id = start(api, busy_site)
    tell(api, run_id, "cancel")
    answer = api.post(f"/automation/{verb}/", query_string={"run_id": run_id})
    assert answer.status_code == 409
    assert problem(answer)["code"] == "wrong_state"
    live = runs.live_run_of(busy_site)
    assert live is None


def test_a_run_over_all_stages_tells_what_came_of_each(
    api: Api, busy_site: Site, rings: Rings, provider: FakeProvider
) -> None:
    run_id = start(api, busy_site)
    rings.answer_all()
    run = api.get(f"/automation/runs/{run_id}/").json
    assert run is not None
    data = run["data"]
    assert (data["run_id"], data["status"], data["cost_usd"]) == (run_id, "completed", 0)
    assert data["started_at"] < data["finished_at"]
    assert data["finished_at"].endswith("Z")
    assert [stage["number"] for stage in data["stages"]] == list(range(1, 8))
    assert data["current_stage"] == 7
    assert data["stages"][0] == {
        "number": 1,
        "slug": "cluster-keywords",
        "name": "Keywords → Clusters",
        "type": "AI",
        "status": "completed",
        "total": 6,
        "processed": 6,
        "failed": 0,
        "result": "3 clusters from 6 keywords",
    }


def test_a_runs_cost_is_a_number_of_dollars(api: Api, busy_site: Site) -> None:
    run_id = start(api, busy_site)
    with transaction() as db:
        live = runs.live_run_of(busy_site)
        assert live is not None
        refreshed(live)
        db.merge(live).cost = "0.123456"  # type: ignore[assignment]
    data = api.get(f"/automation/runs/{run_id}/").json["data"]  # type: ignore[index]
    assert data["cost_usd"] == 0.123456


def test_runs_are_listed_newest_first_page_by_page(api: Api, busy_site: Site) -> None:
    started = []
    for _ in range(3):
        started.append(start(api, busy_site))
        tell(api, started[-1], "cancel")
    first = api.get("/automation/runs/", site_id=busy_site.id, limit=2).json
    assert first is not None
    last = api.get("/automation/runs/", site_id=busy_site.id, limit=2, cursor=first["next"]).json
    assert last is not None
    assert [run["run_id"] for run in first["data"] + last["data"]] == started[::-1]
    assert last["next"] is None
    assert first["data"][0]["cost_usd"] == 0


def test_runs_of_another_site_are_not_listed(api: Api, busy_site: Site) -> None:
    start(api, busy_site)
    with transaction() as db:
        other = make_site(db, "tea-notes")
    assert api.get("/automation/runs/", site_id=other.id).json == {"data": [], "next": None}


def test_a_list_of_runs_takes_the_same_number_of_queries_however_long_it_is(
    app: Flask, api: Api, busy_site: Site
) -> None:
    counts = set()
    for _ in range(3):
        tell(api, start(api, busy_site), "cancel")
        with queries_counted(app) as queries:
            api.get("/automation/runs/", site_id=busy_site.id)
        counts.add(len(queries))
    assert counts == {3}


def test_an_unknown_run_is_not_found(api: Api) -> None:
    for answer in (
        api.get("/automation/runs/run_1/"),
        api.post("/automation/pause/", query_string={"run_id": "run_1"}),
    ):
        assert answer.status_code == 404
        assert problem(answer)["code"] == "not_found"


def test_a_verb_without_a_run_says_what_is_missing(api: Api) -> None:
    answer = api.post("/automation/pause/")
    assert answer.status_code == 422
    assert problem(answer)["message"] == "run_id is missing."


def test_a_site_without_work_has_a_run_that_is_over_at_once(api: Api, site: Site) -> None:
    run_id = start(api, site)
    data = api.get(f"/automation/runs/{run_id}/").json["data"]  # type: ignore[index]
    assert data["status"] == "completed"
    assert api.get("/automation/current_processing/", site_id=site.id).json == {"data": None}


def test_a_manual_run_can_be_told_too(api: Api, site: Site) -> None:
    with transaction() as db:
        clusters = make_clusters(db, site, 2)
    run = automation.run_stage(site, "develop-ideas", [cluster.id for cluster in clusters])
    assert tell(api, run.run_id, "pause") == {"data": {"run_id": run.run_id, "status": "paused"}}


@pytest.fixture
def failed_run(site: Site, rings: Rings, provider: FakeProvider) -> str:
    """Of three clusters two failed; the run is over."""
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 3)]
    provider.will("develop-ideas", nonsense(), nonsense())
    run = automation.run_stage(site, "develop-ideas", ids)
    rings.answer_all()
    return run.run_id


def retry(api: Api, run_id: str, **query: str) -> TestResponse:
    return api.post("/automation/retry_failed/", query_string={"run_id": run_id, **query})


def shown(api: Api, run_id: str) -> dict[str, Any]:
    answer = api.get(f"/automation/runs/{run_id}/").json
    assert answer is not None
    return dict(answer["data"])


def test_a_run_tells_what_failed_and_why(api: Api, failed_run: str) -> None:
    data = shown(api, failed_run)
    titles = data["failures"][0].pop("titles")
    assert data["failures"] == [
        {"stage": "develop-ideas", "reason": "The request was refused.", "count": 2}
    ]
    assert len(titles) == 2
    assert (data["other_reasons"], data["retry_of"], data["retried_in"]) == (0, None, [])


def test_what_failed_is_tried_again(api: Api, failed_run: str, rings: Rings) -> None:
    answer = retry(api, failed_run)
    assert answer.status_code == 202
    assert answer.json is not None
    run_id = answer.json["data"]["run_id"]
    rings.answer_all()
    data = shown(api, run_id)
    assert (data["trigger"], data["scope"], data["retry_of"]) == ("api", "selection", failed_run)
    assert [(stage["slug"], stage["total"]) for stage in data["stages"]] == [("develop-ideas", 2)]
    assert shown(api, failed_run)["retried_in"] == [run_id]


def test_a_retry_that_cannot_be_is_refused_with_a_code(
    api: Api, failed_run: str, rings: Rings
) -> None:
    started = retry(api, failed_run, stage="develop-ideas").json
    assert started is not None
    live = started["data"]["run_id"]
    again = retry(api, failed_run)
    assert (again.status_code, problem(again)["code"]) == (409, "already_running")
    assert problem(again)["run_id"] == live
    too_early = retry(api, live)
    assert (too_early.status_code, problem(too_early)["code"]) == (409, "wrong_state")
    rings.answer_all()
    done = retry(api, failed_run)
    assert (done.status_code, problem(done)["code"]) == (409, "nothing_waiting")


def test_a_retry_of_a_stage_that_the_run_has_not_names_those_it_has(
    api: Api, failed_run: str
) -> None:
    answer = retry(api, failed_run, stage="paint")
    assert answer.status_code == 422
    assert problem(answer)["message"].endswith("It has: develop-ideas.")
    assert retry(api, "run_1").status_code == 404
