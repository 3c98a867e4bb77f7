"""Who may ask, and the one form of every error."""

from __future__ import annotations

import pytest
from flask import Flask

from igny8_web.extensions import transaction
from igny8_web.models import Site, User
from igny8_web.services import automation, runs, sites

from ..factories import make_keywords
from ..visitor import Visitor
from .conftest import Api, problem

OF_A_SITE = [
    ("GET", "/automation/current_processing/"),
    ("GET", "/automation/runs/"),
    ("POST", "/automation/run_now/"),
    *(("GET", f"/{n}/") for n in ("keywords", "clusters", "ideas", "tasks", "content", "images")),
]


@pytest.fixture
def nothing_is_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all sites were another account's."""
    visible = sites.visible_to
    monkeypatch.setattr(sites, "visible_to", lambda user: visible(user).where(Site.id < 0))


def test_a_site_that_is_not_there_is_not_found(api: Api) -> None:
    for method, path in OF_A_SITE:
        for site_id in (0, 999_999, 2**63 - 1):
            answer = api.send(method, path, query_string={"site_id": site_id})
            assert (path, answer.status_code) == (path, 404)
            assert problem(answer)["code"] == "not_found"


@pytest.mark.usefixtures("nothing_is_visible")
def test_a_foreign_site_is_not_found(api: Api, site: Site) -> None:
    for method, path in OF_A_SITE:
        answer = api.send(method, path, query_string={"site_id": site.id})
        assert (path, answer.status_code) == (path, 404)
        problem(answer)


@pytest.mark.usefixtures("nothing_is_visible")
def test_a_foreign_run_is_not_found(api: Api, site: Site) -> None:
    with transaction() as db:
        make_keywords(db, site, 1)
    run = automation.run_now(site)
    assert api.get(f"/automation/runs/{run.run_id}/").status_code == 404
    for verb in ("pause", "resume", "cancel"):
        answer = api.post(f"/automation/{verb}/", query_string={"run_id": run.run_id})
        assert answer.status_code == 404


def test_a_request_without_its_site_says_so(api: Api) -> None:
    for method, path in OF_A_SITE:
        for query in ({}, {"site_id": ""}):
            answer = api.send(method, path, query_string=query)
            assert (path, answer.status_code) == (path, 422)
            assert problem(answer) == {"code": "invalid", "message": "site_id is missing."}


def test_a_site_that_is_no_id_is_refused(api: Api) -> None:
    for site_id in ("one", "1.5", "-1", "9" * 30, "1 OR 1=1"):
        answer = api.get("/keywords/", site_id=site_id)
        assert answer.status_code == 422
        assert problem(answer)["message"].startswith("site_id: ")


def test_a_stranger_is_told_to_send_a_token(client: Visitor) -> None:
    for headers in ({}, {"Authorization": "Bearer igny8_wrong"}):
        answer = client.get("/api/v1/sites/", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert problem(answer)["code"] == "unauthorized"


def test_a_session_may_look_but_change_nothing(
    owner_client: Visitor, owner: User, site: Site
) -> None:
    assert owner_client.get("/api/v1/sites/").status_code == 200
    query = {"site_id": site.id}
    for headers in ({}, {"X-CSRFToken": owner_client.token()}):
        answer = owner_client.post(
            "/api/v1/automation/run_now/", query_string=query, headers=headers
        )
        assert answer.status_code == 401
        problem(answer)
    assert runs.live_run_of(site) is None


def test_what_is_not_there_is_an_error_in_json(api: Api) -> None:
    for method, path, status in (
        ("GET", "/nothing/", 404),
        ("DELETE", "/sites/", 405),
        ("GET", "/automation/pause/", 405),
    ):
        answer = api.send(method, path)
        assert answer.status_code == status
        problem(answer)


def test_a_fault_of_ours_is_an_error_in_json_that_tells_no_secrets(
    app: Flask, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(user: User) -> None:
        raise RuntimeError("the secret")

    monkeypatch.setattr(sites, "sites_of", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = api.get("/sites/")
    assert answer.status_code == 500
    problem(answer)
    assert "secret" not in answer.text
