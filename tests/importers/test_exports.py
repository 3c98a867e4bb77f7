"""The tools' own exports: what is in them, and what is left unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from igny8_web.importers import KeywordRow, fold_phrase

from .files import parse, row

MIDDLES = "Volumes are the middles of Keyword Planner's ranges, not measurements."
PLANNER = [
    "gkp_keyword_stats_ranges.csv",
    "gkp_keyword_stats_bucket_numbers.csv",
    "gkp_keyword_stats_min_max_2020.csv",
]


@pytest.mark.parametrize(
    ("name", "known_as", "encoding", "rows", "repeated"),
    [
        (
            "ahrefs_keywords_explorer.csv",
            "Ahrefs Keywords Explorer",
            "UTF-16LE with byte-order mark",
            150,
            0,
        ),
        ("semrush_keyword_magic.csv", "Semrush Keyword Magic Tool", "UTF-8", 150, 0),
        *[
            (name, "Google Keyword Planner", "UTF-16LE with byte-order mark", 150, 0)
            for name in PLANNER
        ],
        ("Queries.csv", "Google Search Console queries", "UTF-8", 153, 0),
        ("plain_list.txt", "Plain list, one keyword a line", "UTF-8", 150, 24),
    ],
)
def test_an_export_is_recognised_and_read_whole(
    name: str, known_as: str, encoding: str, rows: int, repeated: int
) -> None:
    parsed = parse(f"exports/{name}")
    assert (parsed.format, parsed.encoding) == (known_as, encoding)
    assert (len(parsed.rows), len(parsed.repeated), parsed.rejected) == (rows, repeated, ())
    assert len({fold_phrase(row.phrase) for row in parsed.rows}) == rows


def test_ahrefs_gives_the_countrys_volume_and_the_intent_nearest_to_a_purchase() -> None:
    parsed = parse("exports/ahrefs_keywords_explorer.csv")
    assert parsed.rows[0] == KeywordRow(
        line=2,
        phrase="coffee shop near me",
        volume=250_000,
        difficulty=54,
        cpc=Decimal("1.10"),
        intent="transactional",
        country="US",
    )
    assert row(parsed, "best espresso machine").intent == "commercial"
    assert row(parsed, "mushroom coffee").intent == "informational"
    assert ("Volume", "volume") in parsed.columns_used
    assert {"Global volume", "Parent Keyword", "Traffic potential"} <= set(parsed.columns_ignored)


def test_ahrefs_rows_without_metrics_are_unknown_and_not_zero() -> None:
    last = parse("exports/ahrefs_keywords_explorer.csv").rows[-6:]
    assert [row.line for row in last] == [146, 147, 148, 149, 150, 151]
    assert {(row.volume, row.difficulty, row.cpc, row.intent) for row in last} == {
        (None, None, None, None)
    }


def test_semrush_gives_difficulty_and_price_and_one_of_several_intents() -> None:
    parsed = parse("exports/semrush_keyword_magic.csv")
    assert parsed.rows[0] == KeywordRow(
        line=2,
        phrase="coffee shop near me",
        volume=301_000,
        difficulty=66,
        cpc=Decimal("0.86"),
        intent="transactional",
    )
    assert row(parsed, "cold brew maker").intent == "commercial"
    assert "Competitive Density" in parsed.columns_ignored


def test_semrush_rows_that_were_never_measured_are_unknown_and_not_easy() -> None:
    parsed = parse("exports/semrush_keyword_magic.csv")
    unknown = parsed.rows[-5:]
    assert {(row.volume, row.difficulty, row.cpc, row.intent) for row in unknown} == {
        (None, None, None, None)
    }
    assert all("not measured" in (row.note or "") for row in unknown)
    assert not any(row.volume is None or row.note for row in parsed.rows[:-5])


def test_the_three_shapes_of_keyword_planner_say_the_same() -> None:
    shapes = [{row.phrase: row.volume for row in parse(f"exports/{name}").rows} for name in PLANNER]
    assert shapes[0] == shapes[1] == shapes[2]
    assert set(shapes[0].values()) <= {50, 500, 5_000, 50_000, 500_000}
    assert shapes[0]["descale keurig"] == 50_000
    assert shapes[0]["kopi luwak coffee"] == 5_000


@pytest.mark.parametrize("name", PLANNER)
def test_keyword_planners_ranges_are_called_ranges_and_competition_is_no_difficulty(
    name: str,
) -> None:
    parsed = parse(f"exports/{name}")
    assert MIDDLES in parsed.warnings
    assert "Competition (indexed value)" in parsed.columns_ignored
    assert {(row.difficulty, row.cpc, row.intent) for row in parsed.rows} == {(None, None, None)}


def test_keyword_planners_totals_are_no_keywords() -> None:
    parsed = parse("exports/gkp_keyword_stats_bucket_numbers.csv")
    assert parsed.rows[0].line == 6
    assert "Rows without a keyword (totals) left out: 2." in parsed.warnings


def test_search_console_knows_no_volume() -> None:
    parsed = parse("exports/Queries.csv")
    assert {row.volume for row in parsed.rows} == {None}
    assert any("Impressions are not a search volume" in warning for warning in parsed.warnings)
    assert parsed.columns_ignored == ("Clicks", "Impressions", "CTR", "Position")


def test_a_query_broken_over_lines_is_one_query_and_quotes_stay() -> None:
    parsed = parse("exports/Queries.csv")
    broken = next(row for row in parsed.rows if row.line == 130)
    assert broken.phrase == (
        "i have a drip coffee maker that makes 12 cups and a bag of whole bean medium roast"
        " coffee, how many grams of coffee should i grind if i want it strong"
        " but not bitter and how coarse should the grind be"
    )
    assert row(parsed, '"gaggia classic" boiler gasket size').line == 151
    assert (parsed.rows[-1].line, parsed.rows[-1].phrase) == (157, "how to froth milk in a jar")


def test_a_plain_list_keeps_the_first_writing_and_names_the_repeats() -> None:
    parsed = parse("exports/plain_list.txt")
    assert row(parsed, "coffee subscription").line == 1
    assert row(parsed, "cà phê sữa đá").line == 44
    assert row(parsed, "starbucks psl copycat 🎃").note is None
    first = parsed.repeated[0]
    assert (first.line, first.phrase, first.first_line) == (41, "Macchiato Vs Latte", 32)
