"""Nothing but sign-in, set-up, static files and what machines ask answers a stranger."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from flask import Blueprint, Flask, jsonify
from werkzeug.routing import AnyConverter, BaseConverter, Rule

from igny8_web.db import Base
from igny8_web.extensions import db
from igny8_web.models import User
from igny8_web.services import accounts
from igny8_web.services.sites import create_site
from igny8_web.web.identity import me

from ..visitor import Visitor

MAY_ANSWER = {
    *("static", "static_any", "health.check", "health.ready", "auth.login", "auth.setup"),
    "metrics.show",  # to its own token, see test_metrics.py
}


@pytest.fixture
def api_probe(app: Flask) -> None:
    """Two API routes that say who asks."""
    probe = Blueprint("probe", __name__, url_prefix="/api/probe")

    @probe.route("/", methods=["GET", "POST"])
    def who() -> object:
        return jsonify(data=me().email)

    app.register_blueprint(probe)


def some_path(rule: Rule) -> str:
    """An address that the rule matches."""
    values = {name: some_value(rule._converters[name]) for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


def some_value(converter: BaseConverter) -> object:
    return min(converter.items) if isinstance(converter, AnyConverter) else converter.to_python("1")


@pytest.mark.usefixtures("api_probe")
def test_every_rule_but_the_open_ones_turns_a_stranger_away(app: Flask, client: Visitor) -> None:
    create_site("1")
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in MAY_ANSWER:
            continue
        for method in sorted(rule.methods or ()):
            answer = client.open(some_path(rule), method=method)
            said = f"{method} {rule} → {answer.status}"
            if rule.rule.startswith("/api/"):
                assert answer.status_code == HTTPStatus.UNAUTHORIZED, said
            else:
                assert answer.status_code == HTTPStatus.FOUND, said
                assert answer.location.startswith("/login"), said
            asked += 1
    assert asked > 10


def test_what_may_answer_strangers_does(client: Visitor) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/login").status_code == 200
    assert client.get("/static/css/app.css").status_code == 200


def test_a_stranger_does_not_learn_which_addresses_exist(client: Visitor) -> None:
    assert client.get("/nowhere").location == "/login?next=/nowhere"
    assert client.get("/api/nowhere").status_code == 401


def test_health_is_told_without_a_database(client: Visitor) -> None:
    Base.metadata.drop_all(db.engine)
    assert client.get("/healthz").status_code == 200
    assert client.get("/static/css/app.css").status_code == 200


def test_a_card_that_polls_without_a_session_keeps_its_place(client: Visitor) -> None:
    answer = client.get("/sites/new", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers
    assert "Sign in" in answer.text


def test_a_click_without_a_session_leads_to_sign_in_and_back(client: Visitor) -> None:
    page = "http://localhost/sites/new?a=1"
    answer = client.post("/logout", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/sites/new?a%3D1"


@pytest.mark.parametrize("path", ["/sites/new", "/logout", "/login", "/setup/x"])
def test_a_form_without_its_token_changes_nothing(owner_client: Visitor, path: str) -> None:
    answer = owner_client.post(path, data={"name": "Tea"})
    assert answer.status_code == 400
    assert "Reload it" in answer.text
    assert owner_client.get("/sites/new").status_code == 200
    assert owner_client.post(path, data={"csrf_token": "made-up"}).status_code == 400


@pytest.mark.parametrize("path", ["/sites/new", "/healthz", "/static/css/app.css", "/nowhere"])
def test_every_answer_carries_the_headers(owner_client: Visitor, path: str) -> None:
    headers = owner_client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_and_static_files_may_be(owner_client: Visitor) -> None:
    assert owner_client.get("/sites/new").headers["Cache-Control"] == "no-store"
    static = owner_client.get("/static/css/app.css")
    assert "no-store" not in static.headers["Cache-Control"]
    again = owner_client.get(
        "/static/css/app.css", headers={"If-None-Match": static.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.usefixtures("api_probe")
class TestApi:
    def test_a_token_opens_the_api_for_reading_and_changing(
        self, client: Visitor, owner: User
    ) -> None:
        bearer = {"Authorization": f"Bearer {accounts.create_token(owner)}"}
        assert client.get("/api/probe/", headers=bearer).json == {"data": owner.email}
        assert client.post("/api/probe/", headers=bearer).json == {"data": owner.email}

    def test_a_token_opens_no_page(self, client: Visitor, owner: User) -> None:
        bearer = {"Authorization": f"Bearer {accounts.create_token(owner)}"}
        assert client.get("/sites/new", headers=bearer).status_code == 302

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "x"])
    def test_anything_else_is_answered_with_401_and_the_reason(
        self, client: Visitor, owner: User, header: str
    ) -> None:
        answer = client.get("/api/probe/", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json is not None
        assert answer.json["error"]["code"] == "unauthorized"

    def test_a_session_may_read_but_not_change(self, owner_client: Visitor) -> None:
        assert owner_client.get("/api/probe/").status_code == 200
        assert owner_client.post("/api/probe/").status_code == 401
        assert owner_client.submit("/api/probe/").status_code == 401

    def test_a_wrong_token_is_not_mended_by_a_session(self, owner_client: Visitor) -> None:
        headers = {"Authorization": "Bearer wrong"}
        assert owner_client.get("/api/probe/", headers=headers).status_code == 401
