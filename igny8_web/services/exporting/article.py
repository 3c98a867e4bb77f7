"""One article as a folder of files: which pictures it has, and what of it is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...current import config
from ...models import Content, Image
from .names import Names


@dataclass(frozen=True)
class Picture:
    """A picture that goes along."""

    image: Image
    path: str
    """Below the article's folder."""
    data: bytes


@dataclass(frozen=True)
class Folder:
    """What is put into an article's folder beside its text."""

    name: str
    content: Content
    pictures: Mapping[int, Picture]
    """By position: 0 is the featured one."""
    missing: tuple[str, ...] = field(default=())
    """In words, one for each picture that cannot go along."""


def folder_of(content: Content, name: str) -> Folder:
    """Read the pictures of an article. One that is not there is told, not an error."""
    names, pictures, missing = Names(), {}, []
    for image in sorted(content.images, key=lambda image: image.position):
        data = _read(image.file) if image.file else None
        if data is None:
            reason = "its file is not on the server" if image.file else f"it is {image.status}"
            missing.append(f"{name}: the picture “{image.alt}” is missing, {reason}.")
            continue
        called = names.take(image.alt, f"picture-{image.position}")
        path = f"images/{called}{Path(image.file or '').suffix}"
        pictures[image.position] = Picture(image, path, data)
    return Folder(name, content, pictures, tuple(missing))


def _read(file: str) -> bytes | None:
    """The file below the media folder; None for what is not there."""
    media = config().media_dir.resolve()
    path = (media / file).resolve()
    if not path.is_relative_to(media):
        return None
    try:
        return path.read_bytes()
    except OSError:
        return None
