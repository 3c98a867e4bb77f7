"""A format is known by what is in the file, whatever its name, delimiter or line ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_web.importers import IMPORTERS, UnreadableFile, read_keywords

from .files import EXPORTS, parse, parse_text

TEXTS = [path for path in EXPORTS if path.read_bytes()[:2] != b"\xff\xfe"]


def test_every_importer_is_in_the_list_once_with_a_name_of_its_own() -> None:
    names = [importer.name for importer in IMPORTERS]
    assert len(set(names)) == len(names)
    # What takes every file has to be asked last.
    assert names[-1] == "Plain list, one keyword a line"


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["keywords.csv", "export.txt", "picture.png", ""])
def test_a_renamed_export_is_the_same_export(path: Path, name: str) -> None:
    assert read_keywords(name, path.read_bytes()) == parse(f"exports/{path.name}")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_make_no_difference(path: Path, ending: str) -> None:
    text = path.read_bytes().decode().replace("\r\n", "\n").replace("\n", ending)
    assert read_keywords("x", text.encode()) == parse(f"exports/{path.name}")


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8-sig", "UTF-8 with byte-order mark"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "UTF-16BE"),
        ("utf-16", "UTF-16LE with byte-order mark"),
    ],
)
def test_the_encoding_makes_no_difference(path: Path, encoding: str, name: str) -> None:
    data = path.read_bytes()
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8")
    again = read_keywords("x", text.encode(encoding))
    assert again.encoding == name
    assert again.rows == parse(f"exports/{path.name}").rows


def test_semrush_with_semicolons_and_decimal_commas_is_semrush() -> None:
    parsed = parse_text(
        "Keyword;Intent;Volume;Trend;Keyword Difficulty;CPC (EUR);Competitive Density",
        'kaffee mühle;Commercial, Informational;1300;"0,67,1,00";41;0,95;0,5',
    )
    assert parsed.format == "Semrush Keyword Magic Tool"
    (row,) = parsed.rows
    assert (row.volume, row.difficulty, str(row.cpc), row.intent) == (
        1300,
        41,
        "0.95",
        "commercial",
    )
    assert parsed.warnings == ("Prices are in EUR and are not converted.",)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_with_usual_column_names_is_read(delimiter: str) -> None:
    lines = (
        ("Search Term", "Topic", "Search Volume", "KD", "Country Code"),
        ("burr grinder", "grinders", "6600", "41", "de"),
    )
    parsed = parse_text("", *(delimiter.join(line) for line in lines))
    assert parsed.format == "Table with named columns"
    assert parsed.columns_ignored == ("Topic",)
    (row,) = parsed.rows
    assert (row.line, row.phrase, row.volume, row.difficulty, row.country) == (
        3,
        "burr grinder",
        6600,
        41,
        "DE",
    )


def test_a_title_before_the_header_is_passed_over() -> None:
    parsed = parse_text("Coffee keywords", "", "keyword,volume", "mug,480")
    assert [(row.line, row.phrase) for row in parsed.rows] == [(4, "mug")]


def test_lines_of_a_list_stay_whole_with_commas_quotes_and_tabs() -> None:
    parsed = parse_text(
        "keywords", "coffee, black", "coffee shop, london", "milk,\tno sugar", '"a, b"', '"exact"'
    )
    assert parsed.format == "Plain list, one keyword a line"
    assert [row.phrase for row in parsed.rows] == [
        "coffee, black",
        "coffee shop, london",
        "milk, no sugar",
        "a, b",
        '"exact"',
    ]
    assert "Lines with commas, each read as one keyword: 4." in parsed.warnings
    assert parsed.columns_used == (("keywords", "phrase"),)


@pytest.mark.parametrize(
    "lines",
    [
        ("espresso machine,40500", "cold brew ratio,480", "mug,10"),
        ("Suchbegriff;Suchvolumen", "kaffeemühle;480"),
        ("espresso\t\t480", "mug\t\t90"),
    ],
)
def test_a_table_without_known_columns_is_refused_and_not_taken_for_a_list(
    lines: tuple[str, ...],
) -> None:
    with pytest.raises(UnreadableFile, match="no column is called “keyword”"):
        parse_text(*lines)


def test_a_list_of_one_word_keyword_only_is_a_header_without_keywords() -> None:
    with pytest.raises(UnreadableFile, match="but no keywords"):
        parse_text("Keyword", "")


def test_the_first_of_two_equal_columns_is_used_and_the_other_shown_as_ignored() -> None:
    parsed = parse_text("keyword,volume,volume", "mug,480,90")
    assert parsed.rows[0].volume == 480
    assert parsed.columns_ignored == ("volume",)
