"""Files that are chosen by mistake for a keyword table, known by their first bytes."""

from __future__ import annotations

import re

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
_OTHERS = (
    (b"%PDF-", "a PDF document, not a table"),
    (b"\x1f\x8b", "a compressed file (gzip); unpack it and choose the table inside"),
    (b"Rar!\x1a\x07", "a compressed archive (RAR); unpack it and choose the table inside"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive (7z); unpack it and choose the table inside"),
    (b"SQLite format 3\x00", "a database (SQLite), not a table"),
    (b"{\\rtf", "a text document (RTF), not a table; save it as CSV"),
)
_JSON_START = re.compile(rb'[\[{]\s*[{\["]')
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(data: bytes) -> str | None:
    """What the file is, in words that go on after "this is"; None when it may be a table."""
    for start, name in _PICTURES:
        if data.startswith(start):
            return f"a picture ({name}), not a table"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "a picture (WebP), not a table"
    for start, words in _OTHERS:
        if data.startswith(start):
            return words
    if data.startswith(_OLD_OFFICE):
        return "an Excel workbook (or another old Office file); save it as CSV"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data)
    return _kind_of_markup(data)


def _kind_of_zip(data: bytes) -> str:
    # The names of a zip's members are not compressed.
    if b"xl/workbook" in data:
        return "an Excel workbook; save it as CSV"
    if b"opendocument.spreadsheet" in data[:200]:
        return "an OpenDocument spreadsheet; save it as CSV"
    if b"word/document" in data:
        return "a Word document, not a table"
    return "a zip archive; unpack it and choose the table inside"


def _kind_of_markup(data: bytes) -> str | None:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:16].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "a web page or XML, not a table; export the keywords as CSV"
    if _JSON_START.match(start) and start.rstrip().endswith((b"]", b"}")):
        return "JSON, not a table; export the keywords as CSV"
    return None
