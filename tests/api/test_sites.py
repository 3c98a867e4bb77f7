"""Sites."""

from __future__ import annotations

import pytest

from .conftest import Api, problem

BREW = {
    "name": "Brew Notes",
    "domain": "brew.example",
    "language": "pt-BR",
    "timezone": "Europe/Lisbon",
}


def test_a_site_is_made_and_listed(api: Api) -> None:
    answer = api.post("/sites/", json=BREW)
    assert answer.status_code == 201
    assert answer.json is not None
    site = answer.json["data"]
    assert {name: site[name] for name in BREW} == BREW
    assert site["slug"] == "brew-notes"
    assert api.get("/sites/").json == {"data": [site]}


def test_a_site_needs_no_more_than_a_name(api: Api) -> None:
    site = api.post("/sites/", json={"name": "Brew Notes"}).json["data"]  # type: ignore[index]
    assert (site["domain"], site["language"], site["timezone"]) == ("", "en", "UTC")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "name is missing."),
        ({"name": 7}, "name: Input should be a valid string."),
        ({"name": " "}, "A site needs a name."),
        ({"name": "Brew \ud800"}, "name: has characters that are no text."),
        ({"name": "Brew \0"}, "name: has characters that are no text."),
        ({"name": "Brew", "timezone": "Mars/Olympus"}, "Choose a time zone"),
        ({"name": "Brew", "language": None}, "language: Input should be a valid string."),
        ({"name": "Brew", "domain": "not a host"}, "Give the host name"),
    ],
)
def test_a_site_that_cannot_be_is_refused_in_words(
    api: Api, body: dict[str, object], said: str
) -> None:
    answer = api.post("/sites/", json=body)
    assert answer.status_code == 422
    error = problem(answer)
    assert error["code"] == "invalid"
    assert said in error["message"]
    assert api.get("/sites/").json == {"data": []}


def test_a_body_that_is_no_json_object_is_refused(api: Api) -> None:
    for body in (b'{"name": ', b"", b"[1]", b"null", b'"Brew"', b"\xff"):
        answer = api.post("/sites/", data=body, content_type="application/json")
        assert answer.status_code == 400
        assert problem(answer)["message"] == "The body is no JSON object."


def test_a_body_that_is_not_sent_as_json_is_refused(api: Api) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", None):
        answer = api.post("/sites/", data=b"name=Brew", content_type=kind)
        assert answer.status_code == 415
        assert "application/json" in problem(answer)["message"]
