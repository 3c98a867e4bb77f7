"""Files with some rows that nobody should trust: they stay text, or are told by line."""

from __future__ import annotations

from .files import parse, parse_text


def test_nul_bytes_reject_their_rows_and_cut_nothing() -> None:
    parsed = parse("bad/nul_bytes.csv")
    assert [(row.line, row.reason) for row in parsed.rejected] == [
        (5, "the keyword holds NUL bytes"),
        (9, "the keyword holds NUL bytes"),
    ]
    assert len(parsed.rows) == 12
    assert "cold brew" not in {row.phrase for row in parsed.rows}
    assert not any("\0" in row.phrase for row in parsed.rejected)


def test_formulas_stay_text_in_a_keyword_and_are_no_numbers() -> None:
    parsed = parse("bad/formula_injection.csv")
    phrases = {row.line: row.phrase for row in parsed.rows}
    assert phrases[6].startswith('=HYPERLINK("http://')
    assert phrases[13] == "＝1+1"
    assert [phrases[line] for line in (14, 15, 16)] == [
        "@home espresso bar ideas",
        "-18 degree freezer coffee beans",
        "+1 cup travel mug size",
    ]
    assert [(row.line, row.reason) for row in parsed.rejected] == [
        (17, "volume “=2+3” is not a number; cpc “=SUM(D2:D9)” is not a number")
    ]
    # Line 11 is line 10 behind a tab.
    assert [(row.line, row.first_line) for row in parsed.repeated] == [(11, 10)]


def test_direction_overrides_and_invisible_characters_are_taken_out_and_named() -> None:
    parsed = parse("bad/bidi_override.csv")
    read = {row.line: row for row in parsed.rows}
    assert read[2].phrase == "espresso machine enihcam cleaner"
    assert "right-to-left override" in (read[2].note or "")
    assert read[5].phrase == "descale nespresso"
    assert read[9].phrase == "cold drip coffee"
    assert all(read[line].note for line in (2, 3, 4, 5, 6, 9))
    assert [(row.line, row.phrase, row.first_line) for row in parsed.repeated] == [
        (7, "nespresso", 6),
        (8, "nespresso", 6),
    ]


def test_honest_arabic_and_hebrew_stay_as_they_are() -> None:
    read = {row.line: row for row in parse("bad/bidi_override.csv").rows}
    assert [read[line].phrase for line in (10, 11, 12, 13)] == [
        "قهوة تركية",
        "قهوة عربية بالهيل",
        "קפה קר בבית",
        "vietnamese egg coffee",
    ]
    assert not any(read[line].note for line in (10, 11, 12, 13))


def test_markup_is_text_and_nothing_of_it_is_lost() -> None:
    parsed = parse("bad/html_script.csv")
    phrases = [row.phrase for row in parsed.rows]
    assert (len(phrases), parsed.rejected) == (16, ())
    assert phrases[0] == "<script>alert(1)</script>"
    assert phrases[3] == '"><svg/onload=alert(1)>'
    assert phrases[-4:] == [
        "coffee & tea shop",
        "espresso <15 bar",
        "pour over > drip",
        "5 < 6 cups of coffee",
    ]


def test_a_keyword_of_5000_characters_is_rejected_and_not_cut() -> None:
    parsed = parse("bad/keyword_5000_chars.csv")
    assert [(row.line, row.reason) for row in parsed.rejected] == [
        (5, "the keyword has 5,000 characters; the limit is 400")
    ]
    assert len(parsed.rejected[0].phrase) == 60
    assert len(parsed.rows) == 8


def test_a_row_with_more_cells_than_the_header_is_rejected_and_not_shifted() -> None:
    parsed = parse_text("keyword,volume,cpc", "mug,1,300,0.50", "cup,480,0.50,")
    assert [row.phrase for row in parsed.rows] == ["cup"]
    assert "4 cells, but the header has 3" in parsed.rejected[0].reason


def test_a_row_that_breaks_off_is_read_with_a_note() -> None:
    (row,) = parse_text("keyword,volume,cpc", "mug,1").rows
    assert row.note == "only 2 of 3 cells: the rest is unknown"


def test_a_row_without_a_keyword_and_damaged_letters_are_rejected() -> None:
    parsed = parse_text("keyword,volume", ",480", "caf\ufffd,90", "\u200b,10")
    assert [row.reason for row in parsed.rejected] == [
        "there is no keyword",
        "the keyword holds “\ufffd”: letters were lost before the file was saved",
        "there is no keyword",
    ]
