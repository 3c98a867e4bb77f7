"""Files that are refused whole, with a reason and at once."""

from __future__ import annotations

import random
import time

import pytest

from igny8_web.importers import UnreadableFile, read_keywords

from .files import BAD, EXPORTS, parse


def one_line_2mb() -> bytes:
    """2,097,152 bytes, no line end, tens of thousands of commas."""
    return (b"espresso machine black friday deals, " * 60_000)[: 2 * 1024 * 1024]


def wide_header() -> bytes:
    """70,000 columns and three rows of two cells."""
    header = ",".join(["keyword", "volume", *(f"c{n}" for n in range(3, 70_001))])
    return f"{header}\nmedium roast,170\ncoffee subscription,1300\ngreen beans,480\n".encode()


def refusal(name: str, data: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        read_keywords(name, data)
    return refused.value


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("empty.csv", None, "empty.csv: the file is empty."),
        (
            "header_only.csv",
            1,
            "header_only.csv, line 1:"
            " a header (keyword, volume, difficulty, cpc, intent) but no keywords.",
        ),
        (
            "image_renamed.csv",
            None,
            "image_renamed.csv: this is a picture (PNG), not a table.",
        ),
        (
            "workbook_renamed.csv",
            None,
            "workbook_renamed.csv: this is an Excel workbook; save it as CSV.",
        ),
        (
            "invalid_utf8.csv",
            21,
            "invalid_utf8.csv: not valid UTF-8 at line 21. Save the file again as UTF-8.",
        ),
        (
            "unclosed_quote.csv",
            7,
            "unclosed_quote.csv: a quote opened at line 7 is never closed.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason_and_line(
    name: str, line: int | None, message: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        parse(f"bad/{name}")
    assert (str(refused.value), refused.value.line) == (message, line)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (one_line_2mb(), "line 1 has 2,097,152 characters; the limit is 1,000,000."),
        (wide_header(), "too many columns: 70,000; the limit is 1,000."),
        (b"coffee\n" * 3_000_000, "the file has 21,000,000 bytes; the limit is 20,971,520."),
    ],
    ids=["one line", "wide", "big"],
)
def test_a_file_over_a_limit_is_refused_at_once_and_told_the_limit(
    data: bytes, reason: str
) -> None:
    started = time.process_time()
    assert refusal("huge.csv", data).reason.startswith(reason)
    assert time.process_time() - started < 1.0


def test_more_rows_than_the_limit_are_refused() -> None:
    data = "\n".join(f"k{n}" for n in range(100_001)).encode()
    error = refusal("many.txt", data)
    assert "more than 100,000 rows, which is the limit" in error.reason
    assert error.line == 100_001


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0rest", "a picture (JPEG)"),
        (b"GIF89arest", "a picture (GIF)"),
        (b"RIFF\x00\x00\x00\x00WEBPrest", "a picture (WebP)"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook"),
        (b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        (b"PK\x03\x04 keywords.csv", "a zip archive"),
        (b"<!DOCTYPE html><title>Sign in</title>", "a web page"),
        (b'[{"keyword": "coffee"}]', "JSON"),
        (b"\x00\x01\x02\x03" * 100, "not a text file"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(data: bytes, words: str) -> None:
    assert words in refusal("keywords.csv", data).reason


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf", b" \r\n\t\n", "\ufeff \n".encode("utf-16-le")])
def test_a_file_of_white_space_is_empty(data: bytes) -> None:
    assert refusal("blank.csv", data).reason.startswith("the file is empty")


def test_a_file_cut_off_inside_utf16_is_refused() -> None:
    data = EXPORTS[1].read_bytes()[:1001]
    assert "not valid UTF-16-LE at line" in refusal("cut.csv", data).reason


def test_the_line_of_an_open_quote_is_found_inside_a_row_of_several_lines() -> None:
    error = refusal("q.csv", b'keyword,topic\n"how to\ndescale","cof\nfee\n')
    assert error.line == 3
    swallowed = refusal("q.csv", b'keyword,topic\nmug,a\n"cup,b\nbar,"c"\n')
    assert swallowed.line == 3
    assert "the next one stands at line 4" in swallowed.reason


def test_a_file_name_in_a_message_cannot_turn_the_text_round() -> None:
    assert str(refusal("\u202egnp.csv\n", b"")) == "gnp.csv: the file is empty."


def test_no_damage_to_a_file_gives_anything_but_rows_or_a_refusal() -> None:
    chance = random.Random(7)
    refused = 0
    for _ in range(400):
        data = bytearray(chance.choice([*EXPORTS, *BAD]).read_bytes()[:3_000])
        for _ in range(chance.choice((1, 4, 30))):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.randrange(3)] = chance.choice(
                (
                    b'"',
                    b'""',
                    b"\r",
                    b"\n\n",
                    b";",
                    b"\t",
                    b"\0",
                    b"\xff\xfe",
                    b"\xe2\x80\xae",
                    b"9",
                )
            )
        try:
            read_keywords("damaged.csv", bytes(data))
        except UnreadableFile:
            refused += 1
    assert 0 < refused < 400
