"""A disk that is full or read-only, for real: a small file system under the media folder."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web.current import config
from igny8_web.extensions import transaction
from igny8_web.media import thumbnail_of
from igny8_web.models import Image, ImageStatus, Run, RunStatus, Site
from igny8_web.providers.base import ImageAnswer
from igny8_web.services import images

from ..engine import Rings, reading, refreshed
from ..factories import make_content
from ..fakes import FakeProvider

FULL = "The picture could not be written to disk: No space left on device."
READ_ONLY = "The picture could not be written to disk: Read-only file system."


@pytest.fixture
def redis_url(tmp_path: Path) -> str:
    """No Redis: the rings are answered in this process."""
    return f"unix://{tmp_path / 'no-redis.sock'}"


class Disk:
    """The file system under the media folder, of 16 MB."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir(parents=True)
        self._mount("-t", "tmpfs", "-o", "size=16m", "igny8-test-disk")

    def _mount(self, *words: str) -> None:
        done = subprocess.run(
            ["mount", *words, str(self.folder)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"needs the right to mount a file system: {done.stderr.strip()}")

    def fill(self) -> None:
        """Take all room, to the last byte."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue

    def make_room(self) -> None:
        self._ballast.unlink()

    def writable(self, yes: bool) -> None:
        self._mount("-o", "remount,rw" if yes else "remount,ro")

    def files(self) -> list[str]:
        """What stands there, ballast aside."""
        found = (p for p in self.folder.rglob("*") if p.is_file() and p != self._ballast)
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def unmount(self) -> None:
        subprocess.run(["umount", str(self.folder)], check=True)


@pytest.fixture
def disk(app: Flask) -> Iterator[Disk]:
    disk = Disk(config().media_dir)
    yield disk
    disk.unmount()


@pytest.fixture
def pictures(site: Site) -> list[int]:
    with transaction() as db:
        return [image.id for image in make_content(db, site, images=3).images]


def draw_all(site: Site, rings: Rings, status: ImageStatus = ImageStatus.PENDING) -> Run:
    run = images.generate_all(site, status)
    rings.answer_all()
    return refreshed(run)


def rows() -> list[tuple[ImageStatus, str | None, str | None]]:
    with reading() as db:
        found = db.execute(sa.select(Image.status, Image.error, Image.file).order_by(Image.id))
        return [tuple(row) for row in found]


def assert_each_picture_has_its_file_and_thumbnail(disk: Disk) -> None:
    made = [file for _, _, file in rows() if file]
    assert disk.files() == sorted({*made, *map(thumbnail_of, made)})


@pytest.mark.parametrize(("trouble", "reason"), [("full", FULL), ("read-only", READ_ONLY)])
def test_no_picture_is_bought_that_cannot_be_kept(
    disk: Disk,
    site: Site,
    rings: Rings,
    provider: FakeProvider,
    pictures: list[int],
    trouble: str,
    reason: str,
) -> None:
    disk.fill() if trouble == "full" else disk.writable(False)

    run = draw_all(site, rings)

    assert (run.status, run.why) == (RunStatus.FAILED, reason)
    assert rows() == [(ImageStatus.FAILED, reason, None)] * 3
    assert provider.asked == []
    assert disk.files() == []

    disk.make_room() if trouble == "full" else disk.writable(True)
    assert draw_all(site, rings, ImageStatus.FAILED).status is RunStatus.COMPLETED
    assert {status for status, _, _ in rows()} == {ImageStatus.GENERATED}
    assert_each_picture_has_its_file_and_thumbnail(disk)


def test_a_disk_that_fills_up_while_a_picture_is_made_costs_that_picture_alone(
    disk: Disk,
    site: Site,
    rings: Rings,
    provider: FakeProvider,
    pictures: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider.price = Decimal("0.04")
    draw = provider.draw

    def draw_and_fill(brief: Any) -> ImageAnswer:
        if brief.image_id == pictures[1]:
            disk.fill()
        return draw(brief)

    monkeypatch.setattr(provider, "draw", draw_and_fill)

    run = draw_all(site, rings)

    assert [(status, error) for status, error, _ in rows()] == [
        (ImageStatus.GENERATED, None),
        (ImageStatus.FAILED, FULL),
        (ImageStatus.FAILED, FULL),
    ]
    assert_each_picture_has_its_file_and_thumbnail(disk)
    assert len(provider.asked) == 2, "the third was not bought"
    assert run.cost == Decimal("0.08")
    assert run.status is RunStatus.COMPLETED

    disk.make_room()
    monkeypatch.setattr(provider, "draw", draw)
    draw_all(site, rings, ImageStatus.FAILED)
    assert {(status, error) for status, error, _ in rows()} == {(ImageStatus.GENERATED, None)}
    assert_each_picture_has_its_file_and_thumbnail(disk)
