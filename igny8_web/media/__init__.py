"""Pictures on disk: verified, stripped of metadata, named by their content."""

from __future__ import annotations

import logging
from hashlib import sha256
from pathlib import Path

from .files import check_room, not_written, write_whole
from .stored import MediaError, StoredImage, picture_of, thumbnail_of

__all__ = [
    "MediaError",
    "StoredImage",
    "check_room",
    "picture_of",
    "store_image",
    "thumbnail_of",
]

log = logging.getLogger(__name__)


def store_image(folder: Path, data: bytes, *, size: tuple[int, int] | None = None) -> StoredImage:
    """Store a WebP, PNG, JPEG or GIF as WebP under ``folder``, and a thumbnail beside it.

    With ``size`` (width, height) it is scaled and cut to fill exactly that. Of an animation the
    first frame is kept. Storing the same picture again changes nothing. Raises MediaError.
    """
    from . import pictures  # Pillow is 7 MB that only a process which draws should carry

    webp, (width, height) = pictures.clean_webp(data, size)
    digest = sha256(webp).hexdigest()
    file = f"images/{digest[:2]}/{digest}.webp"
    try:
        write_whole(folder / file, webp)
    except OSError as error:
        raise not_written(error) from error
    small = pictures.thumbnail(webp)
    if small is not None:
        try:
            write_whole(folder / thumbnail_of(file), small)
        except OSError as error:  # the picture is paid for and there; it is shown in its place
            log.warning("no thumbnail of %s: %s", file, error)
    return StoredImage(file, width, height, len(webp))
