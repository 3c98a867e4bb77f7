"""Rows of one file as they are read, sorted into good, rejected and repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from .limits import MAX_PHRASE, MAX_ROWS
from .numbers import BadCell, Reading, read_cpc, read_difficulty, read_volume
from .phrases import clean_phrase, fold_phrase, shown
from .shapes import KeywordRow, RejectedRow, RepeatedRow, UnreadableFile
from .words import read_country, read_intent

T = TypeVar("T")


class Gathering:
    """Takes the cells of one row after the other."""

    def __init__(self) -> None:
        self.rows: list[KeywordRow] = []
        self.rejected: list[RejectedRow] = []
        self.repeated: list[RepeatedRow] = []
        self._first_lines: dict[str, int] = {}

    @property
    def is_empty(self) -> bool:
        """No row at all was taken, not even a bad one."""
        return not (self.rows or self.rejected)

    def add(
        self,
        line: int,
        cells: Mapping[str, str],
        notes: Sequence[str] = (),
        problem: str | None = None,
    ) -> None:
        """Take the row that begins at ``line``: texts by field of KeywordRow, some missing.

        A ``problem`` of the row as a whole rejects it. Raises UnreadableFile over MAX_ROWS.
        """
        if len(self.rows) + len(self.rejected) + len(self.repeated) >= MAX_ROWS:
            raise UnreadableFile(
                f"more than {MAX_ROWS:,} rows, which is the limit. Split the file in parts.", line
            )
        phrase, changes = clean_phrase(cells["phrase"])
        folded = fold_phrase(phrase)
        row_notes = [*changes, *notes]
        problems = [problem] if problem else _problems(cells["phrase"], phrase, folded)

        def take(field: str, read: Callable[[str], Reading[T]]) -> T | None:
            try:
                reading = read(cells.get(field, ""))
            except BadCell as bad:
                problems.append(f"{field} {bad}")
                return None
            if reading.note:
                row_notes.append(reading.note)
            return reading.value

        volume = take("volume", read_volume)
        difficulty = take("difficulty", read_difficulty)
        cpc = take("cpc", read_cpc)
        intent = take("intent", read_intent)
        country = take("country", read_country)
        if problems:
            self.rejected.append(RejectedRow(line, "; ".join(problems), shown(cells["phrase"])))
            return
        first_line = self._first_lines.setdefault(folded, line)
        if first_line != line:
            self.repeated.append(RepeatedRow(line, phrase, first_line))
            return
        note = "; ".join(row_notes) or None
        self.rows.append(KeywordRow(line, phrase, volume, difficulty, cpc, intent, country, note))


def _problems(typed: str, phrase: str, folded: str) -> list[str]:
    if "\0" in typed:
        return ["the keyword holds NUL bytes"]
    if "\ufffd" in typed:
        return ["the keyword holds “\ufffd”: letters were lost before the file was saved"]
    if not phrase:
        return ["there is no keyword"]
    length = max(len(phrase), len(folded))
    if length > MAX_PHRASE:
        return [f"the keyword has {length:,} characters; the limit is {MAX_PHRASE}"]
    return []
