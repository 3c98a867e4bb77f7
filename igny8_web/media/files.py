"""Files that are there whole or not at all, and whether there is room for one more."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from .stored import MediaError

ROOM = 8 * 1024 * 1024
"""Bytes that must be free before a picture is ordered: some pictures, for lanes work at once."""


def check_room(folder: Path) -> None:
    """Raise MediaError unless a picture can be kept now; asked before one is paid for."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # the answer for root, quotas and mounts alike
            free = shutil.disk_usage(folder).free
        if free < ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise not_written(error) from error


def not_written(error: OSError) -> MediaError:
    """The same trouble as a person reads it."""
    reason = error.strerror or type(error).__name__
    return MediaError(f"The picture could not be written to disk: {reason}.")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that, whatever happens, it is there whole or not at all. Raises OSError."""
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)  # mkstemp lets only the owner read; a web server may serve it
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
