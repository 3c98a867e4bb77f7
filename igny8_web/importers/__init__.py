"""Keyword files of many tools → keywords, recognised by content and never by name.

A format is one file here and one line in IMPORTERS. No Flask, no database: bytes go in, a
ParsedFile comes out, or an UnreadableFile that says why in words for the person who chose it.
"""

from __future__ import annotations

from .ahrefs import Ahrefs
from .decoding import decode
from .generic import Generic
from .importer import Importer
from .keyword_planner import KeywordPlanner
from .phrases import clean_phrase, fold_phrase, shown
from .plain_list import PlainList
from .search_console import SearchConsole
from .semrush import Semrush
from .shapes import KeywordRow, ParsedFile, RejectedRow, RepeatedRow, UnreadableFile
from .sheet import Sheet
from .spreadsheet import spreadsheet_safe

IMPORTERS: tuple[Importer, ...] = (
    Ahrefs(),
    Semrush(),
    KeywordPlanner(),
    SearchConsole(),
    Generic(),
    PlainList(),
)
"""Asked in this order: the particular before the general."""


def read_keywords(filename: str, data: bytes) -> ParsedFile:
    """Read a keyword file; ``filename`` is used in messages only.

    Raises UnreadableFile when nothing of it can be imported.
    """
    try:
        text, encoding = decode(data)
        sheet = Sheet(text, encoding)
        for importer in IMPORTERS:
            if parsed := importer.read(sheet):
                return parsed
    except UnreadableFile as error:
        raise UnreadableFile(error.reason, error.line, shown(filename)) from None
    raise UnreadableFile("no known keyword format.", filename=shown(filename))


__all__ = [
    "IMPORTERS",
    "Importer",
    "KeywordRow",
    "ParsedFile",
    "RejectedRow",
    "RepeatedRow",
    "UnreadableFile",
    "clean_phrase",
    "fold_phrase",
    "read_keywords",
    "spreadsheet_safe",
]
