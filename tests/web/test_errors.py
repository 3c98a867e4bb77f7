from __future__ import annotations

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask, abort, request

from igny8_web.extensions import db
from igny8_web.services.errors import Invalid, Refused

from ..visitor import Visitor

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def faults(app: Flask) -> None:
    """Routes where something goes wrong, for pages and for the API."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    blueprint = Blueprint("faults", __name__)

    @blueprint.get("/<kind>", defaults={"area": "page"})
    @blueprint.get("/<area>/<kind>")
    def fail(area: str, kind: str) -> str:
        if kind == "forbidden":
            abort(403)
        if kind == "refused":
            raise Refused("Not while it runs.")
        if kind == "invalid":
            raise Invalid("Too long.", "name")
        if kind == "statement":
            db.session.execute(sa.text("SELECT secret_column FROM nowhere"))
        if kind == "upload":
            return str(request.get_data())
        raise ZeroDivisionError("a secret detail")

    app.register_blueprint(blueprint, url_prefix="/faults", name="faults")
    app.register_blueprint(blueprint, url_prefix="/api/faults", name="api_faults")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("forbidden", 403, "forbidden"),
        ("refused", 409, "refused"),
        ("invalid", 422, "invalid"),
        ("bug", 500, "internal_server_error"),
    ],
)
def test_each_asker_gets_an_error_in_its_own_form(
    owner_client: Visitor, kind: str, status: int, code: str
) -> None:
    page = owner_client.get(f"/faults/{kind}")
    assert page.status_code == status
    assert "<h1>" in page.text
    fragment = owner_client.get(f"/faults/{kind}", headers=HTMX)
    assert fragment.status_code == status
    assert "<" not in fragment.text
    assert fragment.headers["HX-Reswap"] == "none"
    api = owner_client.get(f"/api/faults/{kind}")
    assert api.status_code == status
    assert api.json is not None
    assert api.json["error"]["code"] == code
    assert api.json["error"]["message"]
    for answer in (page, fragment, api):
        assert "secret detail" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_wrong_statement_is_a_fault_of_ours_and_not_a_database_that_is_away(
    owner_client: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    answer = owner_client.get("/faults/statement")
    assert answer.status_code == 500
    assert "secret_column" not in answer.text
    assert "no such table: nowhere" in caplog.text
    assert "Traceback" in caplog.text


def test_a_refusal_is_told_in_its_own_words(owner_client: Visitor) -> None:
    assert "Not while it runs." in owner_client.get("/faults/refused").text


def test_an_unknown_address_is_not_found(owner_client: Visitor) -> None:
    assert owner_client.get("/nowhere").status_code == 404
    api = owner_client.get("/api/nowhere")
    assert api.json == {
        "error": {"code": "not_found", "message": "There is nothing at this address."}
    }


def test_a_wrong_method_names_the_right_ones(owner_client: Visitor) -> None:
    answer = owner_client.get("/logout")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_too_much_is_refused_before_it_is_read(owner_client: Visitor, app: Flask) -> None:
    token = owner_client.token()
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = owner_client.post("/sites/new", data={"name": "x" * 2000, "csrf_token": token})
    assert answer.status_code == 413
    assert "larger than" in answer.text


@pytest.mark.parametrize("path", ["/sites/new", "/api/anything"])
def test_a_database_that_is_away_is_told_without_a_traceback(
    owner_client: Visitor,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    db.session.remove()
    db.engine.dispose()
    database = tmp_path / "test.db"
    database.rename(tmp_path / "away.db")
    for side in ("test.db-wal", "test.db-shm"):
        (tmp_path / side).unlink(missing_ok=True)
    database.mkdir()  # nothing that SQLite could open or make
    with caplog.at_level(logging.ERROR):
        answer = owner_client.get(path)
        fragment = owner_client.get(path, headers=HTMX)
    assert answer.status_code == fragment.status_code == 503
    assert "lost" in answer.text
    assert "sqlite" not in answer.text.lower()
    assert answer.headers["Retry-After"] == "5"
    assert "Traceback" not in caplog.text
    assert "unable to open database file" in caplog.text
    assert owner_client.get("/healthz").status_code == 200
    database.rmdir()
    (tmp_path / "away.db").rename(database)
    assert owner_client.get("/sites/new").status_code == 200
