"""Numbers as people and tools write them: every line of bad_numbers.csv, and more."""

from __future__ import annotations

from decimal import Decimal

import pytest

from igny8_web.importers.numbers import BadCell, read_cpc, read_difficulty, read_volume
from igny8_web.importers.words import read_country, read_intent

from .files import parse

ACCEPTED = {
    2: (6600, 41, "0.95"),
    7: (0, 12, "0.40"),
    9: (1300, 19, "0.20"),
    13: (5000, 21, "0.40"),
    17: (22200, 58, "1.20"),
    18: (1900, 26, "1.20"),
    20: (None, 29, "0.65"),
    21: (None, 24, "0.55"),
    22: (None, None, None),
    23: (1200, 37, "2.10"),
    24: (480, 31, "1.05"),
    26: (720, 29, "0.80"),
}
REJECTED = {
    3: "volume “-50” is negative",
    4: "volume “NaN” is not a finite number",
    5: "volume “1e999” is not a finite number",
    6: "volume “inf” is not a finite number",
    8: "volume “12,5OO” is not a number",
    10: "volume “1.300” is ambiguous: 1300 or 1.3?",
    11: "volume “99999999999999999999” is too large (the limit is 1,000,000,000)",
    12: "volume “10.5” is not a whole number",
    14: "difficulty “140” is outside 0 to 100",
    15: "difficulty “-3” is outside 0 to 100",
    16: "cpc “-1.20” is negative",
    19: "cpc “NaN” is not a finite number",
    25: "volume “0x1F” is not a number",
}
NOTES = {
    13: "volume 5,000 is the middle of 1,000 to 10,000",
    20: "volume is under 10: left unknown",
}


def test_every_line_of_the_sample_is_accepted_or_rejected_as_it_should_be() -> None:
    parsed = parse("bad/bad_numbers.csv")
    assert {row.line: (row.volume, row.difficulty, row.cpc) for row in parsed.rows} == {
        line: (volume, difficulty, cpc and Decimal(cpc))
        for line, (volume, difficulty, cpc) in ACCEPTED.items()
    }
    assert {row.line: row.reason for row in parsed.rejected} == REJECTED
    assert {row.line: row.note for row in parsed.rows if row.note} == NOTES


@pytest.mark.parametrize(
    ("cell", "volume"),
    [
        ("1,947,900", 1_947_900),
        ("1947900.0", 1_947_900),
        ("1.947.900", 1_947_900),
        ("1 300", 1_300),
        ("1\u202f300", 1_300),
        ("1’300", 1_300),
        ("1,00,000", 100_000),
        ("1.5K", 1_500),
        ("2m", 2_000_000),
        ("１２００", 1_200),
        ("١٬٢٠٠", 1_200),
        ("10 – 100", 50),
        ("1M - 10M", 5_000_000),
        ("0–10", 5),
        ("1,000-5,000", 3_000),
        ("—", None),
        ("", None),
    ],
)
def test_a_volume_is_read_in_all_its_writings(cell: str, volume: int | None) -> None:
    assert read_volume(cell).value == volume


@pytest.mark.parametrize(
    "cell", ["1e3", "12,34", "1,20", "10K–1K", "²", "+480", "=2+3", "1_000", "9" * 5000, "10K-"]
)
def test_what_is_no_volume_is_never_guessed(cell: str) -> None:
    with pytest.raises(BadCell):
        read_volume(cell)


@pytest.mark.parametrize(
    ("cell", "cpc"),
    [
        ("0.00", "0.00"),
        ("-0.00", "0.00"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("0,125", "0.125"),
        (".5", "0.5"),
        ("US$ 2.10", "2.10"),
        ("2,10 €", "2.10"),
        ("N/A", None),
    ],
)
def test_a_price_is_read_with_point_or_comma(cell: str, cpc: str | None) -> None:
    assert read_cpc(cell).value == (None if cpc is None else Decimal(cpc))


@pytest.mark.parametrize("cell", ["1,234", "-$1.20", "1.2.3", "free", "99999", "inf"])
def test_what_is_no_price_is_never_guessed(cell: str) -> None:
    with pytest.raises(BadCell):
        read_cpc(cell)


def test_a_price_in_another_currency_says_so() -> None:
    assert read_cpc("€1.20").note == "cpc is in €, not converted"
    assert read_cpc("$1.20").note is None


def test_a_difficulty_with_decimals_is_rounded_and_says_so() -> None:
    reading = read_difficulty("75.50%")
    assert (reading.value, reading.note) == (76, "difficulty 75.50 was rounded to 76")
    assert read_difficulty("41").note is None


@pytest.mark.parametrize(
    ("cell", "intent"),
    [
        ("Informational, Commercial", "commercial"),
        ("Informational,Commercial,Transactional,Non-branded,Local", "transactional"),
        ("Branded,Non-local", None),
        ("n", "navigational"),
        ("", None),
    ],
)
def test_of_several_intents_the_one_nearest_to_a_purchase_is_kept(
    cell: str, intent: str | None
) -> None:
    reading = read_intent(cell)
    assert (reading.value, reading.note) == (intent, None)


def test_an_intent_or_a_country_in_other_words_is_unknown_with_a_note() -> None:
    assert read_intent("curious").value is None
    assert "curious" in (read_intent("curious").note or "")
    assert read_country("United States").value is None
    assert [read_country(code).value for code in ("us", "UK", "")] == ["US", "GB", None]
