"""A zip that is sent while it is made: in memory there is never more than one article of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""What a zip can tell."""


class Archive:
    """``put()`` files, send what ``taken()`` gives after each, and what ``closed()`` gives last."""

    def __init__(self) -> None:
        self._out = _Waiting()
        self._zip = ZipFile(cast("IO[bytes]", self._out), "w")

    def put(self, path: str, data: bytes | str, changed: datetime) -> None:
        """Add a file under a path of its own, with forward slashes. Text becomes UTF-8."""
        entry = ZipInfo(path, max(changed, EARLIEST).timetuple()[:6])
        entry.external_attr = 0o100644 << 16  # else nobody may read what Unix unpacks
        # Pictures are compressed already.
        entry.compress_type = ZIP_STORED if path.endswith(".webp") else ZIP_DEFLATED
        self._zip.writestr(entry, data)

    def taken(self) -> bytes:
        """What was not sent yet."""
        return self._out.taken()

    def closed(self) -> bytes:
        """The rest, with the table of contents that ends it."""
        self._zip.close()
        return self._out.taken()


class _Waiting:
    """A file that can be written and not sought in: zipfile then leaves no gaps to fill later."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def chunks(archive: Archive) -> Iterator[bytes]:
    """What waits to be sent, if anything does."""
    if data := archive.taken():
        yield data
