"""What stands on disk, what it is called, and the one error that keeps it from there."""

from __future__ import annotations

from dataclasses import dataclass

_END = ".webp"
_THUMBNAIL_END = ".thumb.webp"


class MediaError(Exception):
    """A picture was not stored; ``message`` says why to the person who reads it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class StoredImage:
    """A picture that stands on disk."""

    file: str
    """POSIX path under the media folder: ``images/ab/<sha256 of the bytes>.webp``."""
    width: int
    height: int
    bytes: int


def thumbnail_of(file: str) -> str:
    """Where the small version of a picture stands, if it has one."""
    return file.removesuffix(_END) + _THUMBNAIL_END


def picture_of(file: str) -> str:
    """The picture that a thumbnail was made from; of anything else, the same."""
    whole = file.removesuffix(_THUMBNAIL_END)
    return whole if whole == file else whole + _END
