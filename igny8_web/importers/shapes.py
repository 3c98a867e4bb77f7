"""What reading a keyword file gives: rows to import, rows to look at, or one clear refusal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


class UnreadableFile(ValueError):
    """Nothing of the file can be imported.

    ``reason`` is in words for the person who chose the file; ``line`` (the header is line 1) is
    given where there is one. ``str()`` puts file name, line and reason together.
    """

    def __init__(self, reason: str, line: int | None = None, filename: str = "") -> None:
        place = "" if line is None or f"line {line}" in reason else f"line {line}"
        where = ", ".join(part for part in (filename, place) if part)
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.line = line
        self.filename = filename


@dataclass(frozen=True)
class KeywordRow:
    """One keyword that can be imported. What the file does not know is None, never 0."""

    line: int
    """Where the row begins in the file; the header counts as line 1."""
    phrase: str
    volume: int | None = None
    """Searches a month."""
    difficulty: int | None = None
    """0 (easy) to 100."""
    cpc: Decimal | None = None
    """Price of a click, as a number in the file's currency."""
    intent: str | None = None
    """One of informational, commercial, transactional, navigational."""
    country: str | None = None
    """ISO 3166 code of two letters, upper case."""
    note: str | None = None
    """What was read otherwise than it stands in the file, for the preview."""


@dataclass(frozen=True)
class RejectedRow:
    """A row that is not imported, and why; ``phrase`` is shortened and safe to show."""

    line: int
    reason: str
    phrase: str


@dataclass(frozen=True)
class RepeatedRow:
    """A good row whose keyword, case and white space folded, stands on an earlier line already."""

    line: int
    phrase: str
    first_line: int


@dataclass(frozen=True)
class ParsedFile:
    """Everything a preview shows before anything is stored."""

    format: str
    """The name people know it by, e.g. ``Ahrefs Keywords Explorer``."""
    encoding: str
    """E.g. ``UTF-8`` or ``UTF-16LE with byte-order mark``."""
    columns_used: tuple[tuple[str, str], ...]
    """(column as the file writes it, field of KeywordRow)."""
    columns_ignored: tuple[str, ...]
    rows: tuple[KeywordRow, ...]
    rejected: tuple[RejectedRow, ...]
    repeated: tuple[RepeatedRow, ...]
    warnings: tuple[str, ...]
    """What to know about the file as a whole."""
