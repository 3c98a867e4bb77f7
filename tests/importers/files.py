"""The sample files and how the tests read them."""

from __future__ import annotations

from pathlib import Path

from igny8_web.importers import KeywordRow, ParsedFile, read_keywords

SAMPLES = Path(__file__).parent.parent / "data" / "keywords"
EXPORTS = sorted((SAMPLES / "exports").iterdir())
BAD = sorted((SAMPLES / "bad").iterdir())


def parse(name: str) -> ParsedFile:
    """A sample, read under its own name."""
    path = SAMPLES / name
    return read_keywords(path.name, path.read_bytes())


def parse_text(*lines: str, encoding: str = "utf-8") -> ParsedFile:
    """A file of these lines."""
    return read_keywords("file.csv", "\n".join(lines).encode(encoding))


def row(parsed: ParsedFile, phrase: str) -> KeywordRow:
    """The row of this keyword."""
    return next(row for row in parsed.rows if row.phrase == phrase)
