"""Pictures on disk: verified, stripped of metadata, named by their content."""

from __future__ import annotations

import io
import os
import tempfile
import warnings
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

WEBP_QUALITY = 85

FORMATS = ("WEBP", "PNG", "JPEG", "GIF")
"""What is read. Pillow knows more formats, some of which start other programs."""

MOST_PIXELS = 40_000_000
"""A picture of more is refused before it is decoded; decoded it takes four bytes a pixel."""

LONGEST_SIDE = 16_383
"""Pixels; WebP has no more (RFC 9649)."""


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


def store_image(
    folder: Path, data: bytes, *, expected: tuple[int, int] | None = None
) -> StoredImage:
    """Store a WebP, PNG, JPEG or GIF as WebP under ``folder``.

    ``expected`` is the width and height it must have. Of an animation the first frame is
    kept. Storing the same picture again changes nothing. Raises MediaError.
    """
    webp, (width, height) = _clean_webp(data)
    if expected is not None and (width, height) != expected:
        raise MediaError(
            f"The picture is {width} × {height} pixels, not {expected[0]} × {expected[1]}."
        )
    digest = sha256(webp).hexdigest()
    file = f"images/{digest[:2]}/{digest}.webp"
    try:
        _write_whole(folder / file, webp)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MediaError(f"The picture could not be written to disk: {reason}.") from error
    return StoredImage(file, width, height, len(webp))


def _clean_webp(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The picture as a WebP without metadata, and its width and height."""
    if not data:
        raise MediaError("The picture is empty.")
    try:
        with warnings.catch_warnings():
            # Our own, stricter limit decides; Pillow's warning would only reach a log.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _clean(image, data)
    except UnidentifiedImageError as error:
        raise MediaError(f"This is no picture: {_sort_of(data)}.") from error
    except Image.DecompressionBombError as error:
        raise MediaError("The picture has too many pixels.") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        # What Pillow's decoders raise for files that are cut off or damaged.
        raise MediaError("The picture's file is damaged or cut off.") from error


def _clean(image: Image.Image, data: bytes) -> tuple[bytes, tuple[int, int]]:
    if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
        raise MediaError(
            f"The picture has too many pixels: {image.width} × {image.height} "
            f"(at most {MOST_PIXELS // 1_000_000} million, and {LONGEST_SIDE} a side)."
        )
    image.load()
    if image.format == "WEBP" and _is_only_picture(data):
        return data, image.size
    upright = ImageOps.exif_transpose(image)  # the turn is told by the metadata we drop
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    plain = upright.convert(mode)
    plain.info.clear()
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=WEBP_QUALITY)
    return out.getvalue(), plain.size


def _is_only_picture(webp: bytes) -> bool:
    """Whether a WebP has nothing but one still: no Exif, XMP, colour profile, frames or tail.

    Source: the WebP container specification, RFC 9649, section 2.
    """
    position, end = 12, 8 + int.from_bytes(webp[4:8], "little")
    if end != len(webp):
        return False
    while position < end:
        name = webp[position : position + 4]
        if name not in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH"):
            return False
        size = int.from_bytes(webp[position + 4 : position + 8], "little")
        position += 8 + size + size % 2
    return True


def _sort_of(data: bytes) -> str:
    start = data[:200].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "it is a web page, perhaps an error message of the image service"
    if start.startswith((b"{", b"[")):
        return "it is JSON text, perhaps an error message of the image service"
    return "its format is unknown"


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file so that, whatever happens, it is there whole or not at all."""
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
