"""The text of a file as lines and as records of cells, each with its line number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from .limits import MAX_LINE
from .shapes import UnreadableFile

DELIMITERS = (",", "\t", ";")
_HEAD_LINES = 50


@dataclass(frozen=True)
class Record:
    """One row of cells; a quoted cell may go on over several lines of the file."""

    line: int
    """Where it begins."""
    cells: list[str]


class Sheet:
    """A decoded file. Lines end with LF, CRLF or a lone CR; no other character ends one."""

    def __init__(self, text: str, encoding: str) -> None:
        self.encoding = encoding
        self._text = text
        self._heads: dict[str, list[Record]] = {}

    def lines(self) -> Iterator[str]:
        """The physical lines, each with its line end as LF. Raises UnreadableFile."""
        for number, line in enumerate(io.StringIO(self._text, newline=None), start=1):
            if len(line) > MAX_LINE:
                raise UnreadableFile(
                    f"line {number} has {len(line):,} characters; the limit is {MAX_LINE:,}."
                    " Is this a table with one keyword a row?",
                    number,
                )
            yield line

    def head(self, delimiter: str) -> list[Record]:
        """The first records that are not blank, as far as they can be read.

        Raises UnreadableFile for a line over the limit.
        """
        if delimiter not in self._heads:
            records = self._heads[delimiter] = []
            lines = list(islice(self.lines(), _HEAD_LINES))
            # A broken quote down here is told by whoever reads the whole file, if it is a table.
            with suppress(UnreadableFile):
                for record in _records(lines, delimiter):
                    if any(cell.strip() for cell in record.cells):
                        records.append(record)
        return self._heads[delimiter]

    def records(self, delimiter: str) -> Iterator[Record]:
        """All records. Raises UnreadableFile where a quote is never closed."""
        return _records(self.lines(), delimiter)


def _records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    seen: list[str] = []

    def watched() -> Iterator[str]:
        for line in lines:
            seen.append(line)
            yield line

    reader = csv.reader(watched(), delimiter=delimiter, strict=True)
    while True:
        seen.clear()
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _broken_quote(seen, first, delimiter) from None
        yield Record(first, cells)


def _broken_quote(lines: list[str], first: int, delimiter: str) -> UnreadableFile:
    """Why the CSV reader gave up on a record: it only knows that it did."""
    opened: int | None = None
    cell_begins = True
    quoted = closed = False
    for number, line in enumerate(lines, start=first):
        for char in line:
            if quoted:
                if char == '"':
                    quoted, closed = False, True
            elif closed and char == '"':
                quoted, closed = True, False
            elif closed and char not in (delimiter, "\n"):
                return _misplaced_quote(opened or first, number)
            elif cell_begins and char == '"':
                quoted, opened = True, number
            else:
                closed = False
            cell_begins = not quoted and not closed and char in (delimiter, "\n")
    if quoted:
        return UnreadableFile(f"a quote opened at line {opened} is never closed.", opened)
    limit = csv.field_size_limit()
    return UnreadableFile(f"a cell has more than {limit:,} characters, the limit.", first)


def _misplaced_quote(opened: int, number: int) -> UnreadableFile:
    if opened == number:
        return UnreadableFile(
            "a quoted cell goes on after its closing quote."
            ' Inside a quoted cell a quote is written twice ("").',
            opened,
        )
    return UnreadableFile(
        f"a quote opened at line {opened} is never closed; the next one stands at line {number},"
        " in the middle of a cell.",
        opened,
    )
