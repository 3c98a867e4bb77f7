"""Pictures in memory: verified by decoding them, stripped of metadata, brought to size."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from .stored import MediaError

Size = tuple[int, int]
"""Width and height in pixels."""

WEBP_QUALITY = 85
THUMBNAIL_WIDTH = 480
"""Pixels: a card of the gallery, on a dense screen."""

FORMATS = ("WEBP", "PNG", "JPEG", "GIF")
"""What is read. Pillow knows more formats, some of which start other programs."""

MOST_PIXELS = 40_000_000
"""A picture of more is refused before it is decoded; decoded it takes four bytes a pixel."""

LONGEST_SIDE = 16_383
"""Pixels; WebP has no more (RFC 9649)."""

MOST_ENLARGED = 2
"""Times. A picture that must grow by more to fit is a placeholder, or would look like one."""


def clean_webp(data: bytes, size: Size | None = None) -> tuple[bytes, Size]:
    """The picture as a WebP without metadata, and its size.

    With ``size`` it fills exactly that: scaled, and cut equally at both ends where its shape is
    another. Raises MediaError for what is no whole picture, too large, or too small for ``size``.
    """
    if not data:
        raise MediaError("The picture is empty.")
    try:
        with warnings.catch_warnings():
            # Our own, stricter limit decides; Pillow's warning would only reach a log.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _clean(image, data, size)
    except UnidentifiedImageError as error:
        raise MediaError(f"This is no picture: {_sort_of(data)}.") from error
    except Image.DecompressionBombError as error:
        raise MediaError("The picture has too many pixels.") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        # What Pillow's decoders raise for files that are cut off or damaged.
        raise MediaError("The picture's file is damaged or cut off.") from error


def thumbnail(webp: bytes) -> bytes | None:
    """A smaller version of a clean WebP; None where it is small already."""
    with Image.open(io.BytesIO(webp), formats=("WEBP",)) as image:
        if image.width <= THUMBNAIL_WIDTH:
            return None
        height = max(1, round(image.height * THUMBNAIL_WIDTH / image.width))
        return _encoded(image.resize((THUMBNAIL_WIDTH, height), Image.Resampling.LANCZOS))


def _clean(image: Image.Image, data: bytes, size: Size | None) -> tuple[bytes, Size]:
    if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
        raise MediaError(
            f"The picture has too many pixels: {image.width} × {image.height} "
            f"(at most {MOST_PIXELS // 1_000_000} million, and {LONGEST_SIDE} a side)."
        )
    image.load()
    if image.format == "WEBP" and size in (None, image.size) and _is_only_picture(data):
        return data, image.size
    upright = ImageOps.exif_transpose(image)  # the turn is told by the metadata we drop
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.info.clear()
    if size is not None and plain.size != size:
        plain = _filling(plain, size)
    return _encoded(plain), plain.size


def _filling(image: Image.Image, size: Size) -> Image.Image:
    if max(size[0] / image.width, size[1] / image.height) > MOST_ENLARGED:
        raise MediaError(
            f"The picture is {image.width} × {image.height} pixels, "
            f"too small for {size[0]} × {size[1]}."
        )
    return ImageOps.fit(image, size, Image.Resampling.LANCZOS)


def _encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=WEBP_QUALITY)
    return out.getvalue()


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
