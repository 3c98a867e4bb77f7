"""Files that are made while they are sent, so that a long one needs no memory and no disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Response, stream_with_context

CSV = "text/csv; charset=utf-8"
ZIP = "application/zip"


def download(name: str, kind: str, chunks: Iterable[bytes]) -> Response:
    """The pieces as a file of this name and content type, which the browser saves.

    The first piece is made at once: what goes wrong there is answered as an error like any other.
    """
    pieces = iter(chunks)
    first = next(pieces, b"")
    response = Response(stream_with_context(_after(first, pieces)), content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
