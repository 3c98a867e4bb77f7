"""Bytes of a file → text, without ever guessing an encoding twice."""

from __future__ import annotations

import codecs
import re

from .file_kinds import kind_of
from .limits import MAX_BYTES
from .shapes import UnreadableFile

# UTF-32LE begins like UTF-16LE and so stands before it.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with byte-order mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32LE with byte-order mark"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32BE with byte-order mark"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16LE with byte-order mark"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16BE with byte-order mark"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def decode(data: bytes) -> tuple[str, str]:
    """Text of a file and the name of its encoding.

    Raises UnreadableFile for what is empty, too big, no text, or not valid in its encoding.
    """
    if not data:
        raise UnreadableFile("the file is empty.")
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}. Split it in parts."
        )
    if kind := kind_of(data):
        raise UnreadableFile(f"this is {kind}.")
    codec, name, body = _encoding(data)
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(codec)
        line = len(re.findall(r"\r\n|\r|\n", before)) + 1
        raise UnreadableFile(
            f"not valid {codec.upper()} at line {line}. Save the file again as UTF-8.", line
        ) from None
    if not text.strip():
        raise UnreadableFile("the file is empty: it holds nothing but white space.")
    sample = text[:4096]
    if len(_CONTROLS.findall(sample)) * 4 > len(sample):
        raise UnreadableFile("this is not a text file. Export the keywords as CSV.")
    return text, name


def _encoding(data: bytes) -> tuple[str, str, bytes]:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return codec, name, data[len(mark) :]
    # Headers are mostly ASCII, which in UTF-16 is every second byte NUL, on one side only.
    sample = data[:512]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(sample) > 1 and max(even, odd) * 3 > len(sample) and min(even, odd) * 50 < len(sample):
        return ("utf-16-le", "UTF-16LE", data) if odd > even else ("utf-16-be", "UTF-16BE", data)
    return "utf-8", "UTF-8", data
