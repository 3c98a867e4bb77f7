from __future__ import annotations

import gzip
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask

from igny8_web.web.static_files import address

from ..visitor import Visitor

MOST_SCRIPT = 150 * 1024
"""Compressed bytes of script that a page may ship."""


def stylesheet(client: Visitor) -> str:
    found = re.search(r'rel="stylesheet" href="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def scripts_of(client: Visitor, page: str) -> dict[str, str]:
    """Every script that the page loads, what its modules import included, by address."""
    found: dict[str, str] = {}
    todo = re.findall(r'<script src="([^"]+)"', client.get(page).text)
    while todo:
        url = todo.pop()
        if url not in found:
            found[url] = client.get(url).text
            todo += [urljoin(url, path) for path in re.findall(r'from "(\./[^"]+)"', found[url])]
    return found


def test_what_a_page_links_is_kept_for_ever_under_an_address_of_its_own(client: Visitor) -> None:
    styles = client.get(stylesheet(client))
    assert "immutable" in styles.headers["Cache-Control"]
    imported = re.findall(r'@import url\("([^"]+)"\)', styles.text)
    assert len(imported) > 5
    for path in imported:
        answer = client.get(urljoin(stylesheet(client), path))
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_from_before_an_upgrade_gets_the_files_as_they_are_now(client: Visitor) -> None:
    before = re.sub(r"/static/[0-9a-f]{12}/", "/static/0123456789ab/", stylesheet(client))
    answer = client.get(before)
    assert answer.text == client.get(stylesheet(client)).text
    assert "immutable" not in answer.headers["Cache-Control"]
    assert client.get("/static/css/app.css").text == answer.text


@pytest.mark.parametrize("path", ["nothing.css", "0123456789ab/", "../igny8_web/config.py"])
def test_what_is_no_static_file_is_not_found(owner_client: Visitor, path: str) -> None:
    assert owner_client.get(f"/static/{path}").status_code == 404


def test_the_address_changes_with_any_file_its_name_included(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "a.css").write_text("a {}")
    first = address(folder)
    assert address(folder) == first
    (folder / "a.css").write_text("b {}")
    second = address(folder)
    (folder / "a.css").rename(folder / "b.css")
    assert len({first, second, address(folder)}) == 3


def test_a_page_ships_little_script(app: Flask, owner_client: Visitor) -> None:
    scripts = scripts_of(owner_client, "/sites/new")
    assert any(url.endswith("/js/polling.js") for url in scripts)
    weight = sum(len(gzip.compress(text.encode())) for text in scripts.values())
    assert weight < MOST_SCRIPT
