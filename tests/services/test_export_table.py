"""Tables for spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from itertools import count, islice
from zoneinfo import ZoneInfo

from igny8_web.models import ContentStatus
from igny8_web.services.exporting.table import Cell, csv_chunks


def read(header: list[str], *rows: list[Cell]) -> list[list[str]]:
    text = b"".join(csv_chunks(header, rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_no_text_begins_a_formula_and_numbers_stay_numbers() -> None:
    header, row = read(["=Title", "Volume"], ["=HYPERLINK(0)", -3])
    assert header == ["'=Title", "Volume"]
    assert row == ["'=HYPERLINK(0)", "-3"]


def test_commas_quotes_lines_and_letters_of_all_scripts_come_back_as_they_were() -> None:
    cells: list[Cell] = ['a, "b"', "two\nlines", "قهوة", "咖啡", "☕️"]
    assert read(list("abcde"), cells)[1] == cells


def test_unknown_is_empty_and_a_status_is_its_word() -> None:
    assert read(["a", "b", "c"], [None, ContentStatus.SENT_BACK, 0])[1] == ["", "sent_back", "0"]


def test_times_and_small_amounts_are_written_as_people_read_them() -> None:
    moment = datetime(2026, 11, 23, 16, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert read(["a", "b"], [moment, Decimal("1E-7")])[1] == ["2026-11-23 16:01", "0.0000001"]


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert b"".join(csv_chunks(["a"], [])) == b"\xef\xbb\xbfa\r\n"


def test_rows_are_read_only_as_far_as_the_file_was_asked_for() -> None:
    numbers = count()
    endless = ([number] for number in numbers)
    assert len(list(islice(csv_chunks(["n"], endless), 2))) == 2
    assert next(numbers) < 2_000
