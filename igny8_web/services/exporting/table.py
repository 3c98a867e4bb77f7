"""Tables as CSV that a spreadsheet opens as it is meant: nothing runs, no letter is lost."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from ...importers import spreadsheet_safe

Cell = str | int | Decimal | datetime | enum.StrEnum | None
"""None is an empty cell. Times are in the zone that people are to read them in."""
ROWS_IN_A_CHUNK = 500
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the letters of another alphabet."""


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A CSV file (RFC 4180, UTF-8) piece by piece; ``rows`` are read as the pieces are asked for.

    No text begins a formula, whoever wrote it; numbers stay numbers.
    """
    text = io.StringIO(BYTE_ORDER_MARK)
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(map(as_text, header))
    for number, row in enumerate(rows, 1):
        writer.writerow(map(as_text, row))
        if number % ROWS_IN_A_CHUNK == 0:
            yield _taken(text)
    yield _taken(text)


def as_text(cell: Cell) -> str:
    """What stands in the file for a cell."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case str():  # a status too
            return spreadsheet_safe(str(cell))
        case Decimal():
            return f"{cell:f}"  # 0.0000001 has no exponent for people
    return str(cell)


def _taken(text: io.StringIO) -> bytes:
    data = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return data
