from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from igny8_web.extensions import session
from igny8_web.models import Keyword, Site

from ..importers.files import SAMPLES


def test_a_file_is_imported_and_its_format_told(app: Flask, site: Site) -> None:
    file = SAMPLES / "exports" / "semrush_keyword_magic.csv"
    result = app.test_cli_runner().invoke(args=["import-keywords", str(file), "--site", site.slug])
    assert result.exit_code == 0
    assert "Semrush Keyword Magic Tool, UTF-8" in result.stdout
    assert "Imported 150 keywords into Brew Notes; 0 duplicates, 0 rejected." in result.stdout
    assert session().scalar(sa.select(sa.func.count(Keyword.id))) == 150


def test_rejected_lines_are_printed(app: Flask, site: Site) -> None:
    file = SAMPLES / "bad" / "bad_numbers.csv"
    result = app.test_cli_runner().invoke(args=["import-keywords", str(file), "--site", site.slug])
    assert result.exit_code == 0
    assert "line 3 rejected: volume “-50” is negative (manual coffee" in result.stdout
    assert "12 keywords" in result.stdout


def test_what_cannot_be_imported_is_one_line_and_exit_status_1(app: Flask, site: Site) -> None:
    for file, slug, reason in (
        ("bad/image_renamed.csv", site.slug, "image_renamed.csv: this is a picture (PNG)"),
        ("bad/empty.csv", site.slug, "the file is empty"),
        ("nowhere.csv", site.slug, "No such file"),
        ("exports", site.slug, "Is a directory"),
        ("exports/plain_list.txt", "nowhere", "There is no site 'nowhere'. Sites: brew-notes."),
    ):
        result = app.test_cli_runner().invoke(
            args=["import-keywords", str(SAMPLES / file), "--site", slug]
        )
        assert result.exit_code == 1
        assert result.stdout == ""
        assert reason in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert session().scalar(sa.select(sa.func.count(Keyword.id))) == 0
