"""Keyword files."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from igny8_web.extensions import transaction
from igny8_web.models import Site

from ..factories import make_keywords
from .conftest import Api, problem

FILES = Path(__file__).parent.parent / "data" / "keywords"


def send(api: Api, site: Site, data: bytes) -> TestResponse:
    """As a form; written here because werkzeug's client leaves the file of a large form open."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="keywords.csv"\r\n\r\n'
    return api.post(
        "/keywords/import/",
        query_string={"site_id": site.id},
        data=head + data + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )


def test_an_export_is_imported_once(api: Api, site: Site) -> None:
    export = (FILES / "exports" / "ahrefs_keywords_explorer.csv").read_bytes()
    first, again = send(api, site, export).json, send(api, site, export).json
    assert first is not None
    assert again is not None
    assert first["data"]["format"].startswith("Ahrefs")
    assert (first["data"]["imported"], first["data"]["duplicates"]) == (150, 0)
    assert (again["data"]["imported"], again["data"]["duplicates"]) == (0, 150)
    assert first["data"]["rejected"] == []
    page = api.get("/keywords/", site_id=site.id, limit=200).json
    assert page is not None
    assert len(page["data"]) == 150


def test_rows_that_cannot_be_imported_are_named(api: Api, site: Site) -> None:
    with transaction() as db:
        (there,) = make_keywords(db, site, 1)
    file = f"keyword,volume\ncold brew,90\n{there.phrase.upper()},70\n{'x' * 401},50\n"
    answer = send(api, site, file.encode()).json
    assert answer is not None
    done = answer["data"]
    assert (done["imported"], done["duplicates"]) == (1, 1)
    assert [set(row) for row in done["rejected"]] == [{"line", "reason"}]
    assert done["rejected"][0]["line"] == 4
    assert "401" in done["rejected"][0]["reason"]


def test_a_file_that_cannot_be_read_is_refused_with_reason_and_line(api: Api, site: Site) -> None:
    answer = send(api, site, (FILES / "bad" / "unclosed_quote.csv").read_bytes())
    assert answer.status_code == 422
    error = problem(answer)
    assert error["code"] == "unreadable_file"
    assert isinstance(error["line"], int)
    assert "quote" in error["message"]
    assert api.get("/keywords/", site_id=site.id).json == {"data": [], "next": None}


def test_a_file_without_a_line_to_blame_has_none(api: Api, site: Site) -> None:
    answer = send(api, site, b"")
    assert answer.status_code == 422
    assert problem(answer)["line"] is None


def test_a_file_that_is_too_large_is_refused(app: Flask, api: Api, site: Site) -> None:
    for size in (20 * 1024 * 1024 + 1, 22 * 1024 * 1024):
        answer = send(api, site, b"a" * size)
        assert answer.status_code == 413
        problem(answer)


@pytest.mark.parametrize("sent", [{}, {"file": "cold brew"}, {"files": "cold brew"}])
def test_a_form_without_the_file_is_refused(api: Api, site: Site, sent: dict[str, str]) -> None:
    answer = api.post(
        "/keywords/import/",
        query_string={"site_id": site.id},
        data=sent,
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert problem(answer)["message"] in ("file is missing.", "file: send one file.")


def test_a_file_that_is_not_sent_as_a_form_is_refused(api: Api, site: Site) -> None:
    answer = api.post(
        "/keywords/import/",
        query_string={"site_id": site.id},
        data=b"cold brew",
        content_type="text/csv",
    )
    assert answer.status_code == 415
    problem(answer)
