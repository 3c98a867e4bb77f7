"""A list pasted into a text file: one keyword a line, no columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .gathering import Gathering
from .generic import PHRASE_NAMES
from .importer import column_name
from .phrases import shown
from .shapes import ParsedFile, UnreadableFile
from .sheet import DELIMITERS, Record, Sheet

_FIGURE = re.compile(r"[<$€£]?\s*-?\d[\d.,' ]*\s*[KkMm%]?|n/a", re.IGNORECASE)


class PlainList:
    """Takes every file that no other importer knows, unless it is plainly a table.

    Lines stay whole, commas and tabs in them too. A first line such as ``keywords`` is a header.
    """

    name = "Plain list, one keyword a line"

    def read(self, sheet: Sheet) -> ParsedFile:
        """See Importer. Raises UnreadableFile for a table whose columns have no known names."""
        for delimiter in DELIMITERS:
            head = sheet.head(delimiter)
            if _is_table(head, delimiter):
                raise UnreadableFile(
                    "a table, but no column is called “keyword”. Its first line reads"
                    f" “{shown(delimiter.join(head[0].cells))}”: add a line with the columns'"
                    " names above it (keyword, volume, difficulty, cpc, intent, country).",
                    head[0].line,
                )
        gathering = Gathering()
        header: str | None = None
        with_commas = 0
        for number, line in enumerate(sheet.lines(), start=1):
            text = line.strip()
            if not text:
                continue
            if header is None and gathering.is_empty and column_name(text) in PHRASE_NAMES:
                header = text
                continue
            with_commas += "," in text
            gathering.add(number, {"phrase": _unquoted(text)})
        if gathering.is_empty:
            raise UnreadableFile(f"a header ({shown(header or '')}) but no keywords.", 1)
        warnings = ["A list has no figures: volume, difficulty, cpc and intent are unknown."]
        if with_commas:
            warnings.append(f"Lines with commas, each read as one keyword: {with_commas}.")
        return ParsedFile(
            format=self.name,
            encoding=sheet.encoding,
            columns_used=((shown(header or "line"), "phrase"),),
            columns_ignored=(),
            rows=tuple(gathering.rows),
            rejected=tuple(gathering.rejected),
            repeated=tuple(gathering.repeated),
            warnings=tuple(warnings),
        )


def _is_table(head: Sequence[Record], delimiter: str) -> bool:
    """Whether every record has the same several cells, and not because people write commas.

    "coffee, black" may be a keyword, "coffee,480" is a keyword and a figure; nobody types tabs
    or the same two commas into every line of a list.
    """
    widths = {len(record.cells) for record in head}
    if len(head) < 2 or len(widths) != 1:
        return False
    (width,) = widths
    if width < 2:
        return False
    figures = sum(any(_FIGURE.fullmatch(cell.strip()) for cell in r.cells[1:]) for r in head[1:])
    return width > 2 or delimiter != "," or figures * 2 >= len(head) - 1


def _unquoted(line: str) -> str:
    # A sheet that saves one column quotes a line only for a comma or a quote in it.
    inner = line[1:-1]
    if len(line) > 2 and line[0] == line[-1] == '"' and ("," in inner or '""' in inner):
        return inner.replace('""', '"')
    return line
