"""Files put aside between preview and import.

A file's name says whom it belongs to, so that a token is worth nothing to another account or on
another site.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..current import config
from ..importers.limits import MAX_BYTES
from ..models import Site, User
from .errors import NotFound, Refused

KEPT_SECONDS = 24 * 60 * 60

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Upload:
    """A file that somebody sent, as it came."""

    filename: str
    data: bytes


def keep(user: User, site: Site, upload: Upload) -> str:
    """Put the file aside for a day; answers its token. Raises Refused when it cannot be kept."""
    if len(upload.data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise Refused(f"{upload.filename} is larger than {limit} MB. Split it in parts.")
    token = secrets.token_urlsafe(32)
    folder = config().data_dir / "uploads"
    name = " ".join(upload.filename.split())  # the first line of the file is its name
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _remove_stale(folder)
        handle = os.open(_path(user, site, token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(name.encode(errors="replace") + b"\n" + upload.data)
    except OSError as error:
        with suppress(OSError):
            _path(user, site, token).unlink()
        reason = error.strerror or type(error).__name__
        raise Refused(f"The file could not be put aside: {reason}.") from error
    return token


def find(user: User, site: Site, token: str) -> Upload:
    """What was put aside under this token. Raises NotFound."""
    try:
        name, _, data = _path(user, site, token).read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise NotFound(
            "This file is no longer here: it was imported, or a day has passed. Choose it again."
        ) from None
    return Upload(name.decode(), data)


def remove(user: User, site: Site, token: str) -> None:
    """The file is done with; harmless when it is gone."""
    _path(user, site, token).unlink(missing_ok=True)


def _path(user: User, site: Site, token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise NotFound("There is no such file.")
    return config().data_dir / "uploads" / f"{user.id}-{site.id}-{token}"


def _remove_stale(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # imported just now
            if path.stat().st_mtime < oldest:
                path.unlink()
