"""Pictures as image models make them, and one that is a trap."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from PIL import Image, ImageOps

FORMATS = {"png": "PNG", "webp": "WEBP", "jpeg": "JPEG", "jpg": "JPEG"}


def gradient(width: int, height: int, number: int = 0, kind: str = "png") -> bytes:
    """A picture in two colours that depend on ``number``."""
    colours = (number * 37 % 256, 60, 90), (230, 200, number * 53 % 256)
    small = ImageOps.colorize(Image.linear_gradient("L"), *colours)
    out = io.BytesIO()
    options = {"compress_level": 1} if kind == "png" else {}
    small.resize((width, height)).save(out, FORMATS[kind], **options)
    return out.getvalue()


@cache
def bomb(side: int = 30_000) -> bytes:
    """A PNG of about 100 kB that has ``side`` × ``side`` pixels, black or white."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    parts = (b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, data) for name, data in parts)


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
