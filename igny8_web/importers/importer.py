"""What an importer looks like, and the one that reads tables by the names of their columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from .gathering import Gathering
from .limits import MAX_COLUMNS
from .phrases import fold_phrase, shown
from .shapes import KeywordRow, ParsedFile, UnreadableFile
from .sheet import DELIMITERS, Record, Sheet

_PRICE_COLUMN = re.compile(r"cpc \(([a-z]{3}|[$€£])\)")


class Importer(Protocol):
    """Knows one format of keyword file by its content."""

    name: str
    """The format, as people call it."""

    def read(self, sheet: Sheet) -> ParsedFile | None:
        """The file's content, or None when the file is not of this format.

        Raises UnreadableFile when it is, and still nothing of it can be imported.
        """
        ...


class TableImporter:
    """Reads a table whose header tells the format. A format says only what is its own."""

    name: str
    columns: ClassVar[Mapping[str, tuple[str, ...]]]
    """Field of KeywordRow → names its column may have, folded, the best first.

    Further fields may be named for ``prepare``; they have to be absent from KeywordRow.
    """
    header_within: ClassVar[int] = 3
    """The header is one of this many first records; a title may stand before it."""

    def recognises(self, names: Sequence[str]) -> bool:
        """Whether this is the header (column names, folded) of the format."""
        raise NotImplementedError

    def prepare(self, cells: dict[str, str], notes: list[str]) -> bool:
        """Change the cells of a row before they are read; False when it is no keyword's row."""
        return True

    def warnings(self, rows: Sequence[KeywordRow]) -> list[str]:
        """What is to be known of this format's figures."""
        return []

    def read(self, sheet: Sheet) -> ParsedFile | None:
        """See Importer."""
        for delimiter in DELIMITERS:
            for record in sheet.head(delimiter)[: self.header_within]:
                if self.recognises([column_name(cell) for cell in record.cells[:MAX_COLUMNS]]):
                    return self._read_table(sheet, delimiter, record)
        return None

    def _read_table(self, sheet: Sheet, delimiter: str, header: Record) -> ParsedFile:
        width = len(header.cells)
        if width > MAX_COLUMNS:
            raise UnreadableFile(
                f"too many columns: {width:,}; the limit is {MAX_COLUMNS:,}.", header.line
            )
        names = [column_name(cell) for cell in header.cells]
        places = {
            field: names.index(found)
            for field, known in self.columns.items()
            if (found := next((name for name in known if name in names), None))
        }
        gathering = Gathering()
        left_out = 0
        for record in sheet.records(delimiter):
            if record.line <= header.line or not any(cell.strip() for cell in record.cells):
                continue
            cells = {
                field: record.cells[at] if at < len(record.cells) else ""
                for field, at in places.items()
            }
            notes: list[str] = []
            problem = None
            if any(cell.strip() for cell in record.cells[width:]):
                problem = (
                    f"{len(record.cells)} cells, but the header has {width}:"
                    " is a cell with a separator in it not quoted?"
                )
            elif len(record.cells) < width:
                notes.append(f"only {len(record.cells)} of {width} cells: the rest is unknown")
            if self.prepare(cells, notes):
                gathering.add(record.line, cells, notes, problem)
            else:
                left_out += 1
        if gathering.is_empty:
            raise UnreadableFile(
                f"a header ({_listed(header.cells)}) but no keywords.", header.line
            )
        warnings = [*self.warnings(gathering.rows), *_price_warnings(header.cells, places)]
        if left_out:
            warnings.append(f"Rows without a keyword (totals) left out: {left_out}.")
        used = {at: field for field, at in places.items()}
        return ParsedFile(
            format=self.name,
            encoding=sheet.encoding,
            columns_used=tuple((shown(header.cells[at]), used[at]) for at in sorted(used)),
            columns_ignored=tuple(
                shown(cell) for at, cell in enumerate(header.cells) if at not in used
            ),
            rows=tuple(gathering.rows),
            rejected=tuple(gathering.rejected),
            repeated=tuple(gathering.repeated),
            warnings=tuple(warnings),
        )


def column_name(cell: str) -> str:
    """A header cell folded for comparison; a price column loses its currency."""
    name = fold_phrase(cell.strip("\ufeff"))
    return "cpc" if _PRICE_COLUMN.fullmatch(name) else name


def _price_warnings(header: Sequence[str], places: Mapping[str, int]) -> list[str]:
    if "cpc" not in places:
        return []
    named = _PRICE_COLUMN.fullmatch(fold_phrase(header[places["cpc"]]))
    if not named or named[1] in ("usd", "$"):
        return []
    return [f"Prices are in {named[1].upper()} and are not converted."]


def _listed(cells: Sequence[str], limit: int = 8) -> str:
    listed = ", ".join(shown(cell, 30) for cell in cells[:limit])
    return listed if len(cells) <= limit else f"{listed}, …"
