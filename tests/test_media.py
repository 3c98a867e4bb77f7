from __future__ import annotations

import io
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from igny8_web.media import MediaError, check_room, picture_of, store_image, thumbnail_of


def picture(width: int = 320, height: int = 180, mode: str = "RGB") -> Image.Image:
    """A picture with enough noise to be some kilobytes large in every format."""
    noise = Image.frombytes("L", (width, height), Random(7).randbytes(width * height))
    return Image.merge("RGB", (noise, noise.rotate(180), Image.new("L", noise.size, 90))).convert(
        mode
    )


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def files_under(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_clean_webp_is_kept_byte_for_byte_under_the_hash_of_its_content(tmp_path: Path) -> None:
    data = encoded(picture(), "WEBP", quality=70)

    stored = store_image(tmp_path, data, size=(320, 180))

    digest = sha256(data).hexdigest()
    assert stored.file == f"images/{digest[:2]}/{digest}.webp"
    assert (stored.width, stored.height, stored.bytes) == (320, 180, len(data))
    assert (tmp_path / stored.file).read_bytes() == data


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF"])
def test_other_formats_become_webp(tmp_path: Path, form: str) -> None:
    stored = store_image(tmp_path, encoded(picture(), form))

    with Image.open(tmp_path / stored.file) as image:
        assert image.format == "WEBP"
        assert image.size == (stored.width, stored.height) == (320, 180)
        assert (tmp_path / stored.file).stat().st_size == stored.bytes


def test_transparency_survives(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (40, 40), (200, 30, 30, 0))

    stored = store_image(tmp_path, encoded(clear, "PNG"))

    with Image.open(tmp_path / stored.file) as image:
        assert image.convert("RGBA").getpixel((20, 20))[3] == 0


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
def test_the_place_where_a_photo_was_taken_is_removed(tmp_path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 12.0)
    data = encoded(picture(), form, exif=exif)
    assert b"SecretCamera" in data

    stored = store_image(tmp_path, data)

    with Image.open(tmp_path / stored.file) as image:
        assert not image.getexif()
    assert b"SecretCamera" not in (tmp_path / stored.file).read_bytes()


def test_a_photo_told_to_be_turned_by_its_metadata_is_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90°
    data = encoded(picture(320, 180), "JPEG", exif=exif)

    stored = store_image(tmp_path, data, size=(180, 320))

    assert (stored.width, stored.height) == (180, 320)


def test_text_behind_the_end_of_a_webp_is_removed(tmp_path: Path) -> None:
    data = encoded(picture(), "WEBP") + b"<script>alert(1)</script>"

    stored = store_image(tmp_path, data)

    assert b"script" not in (tmp_path / stored.file).read_bytes()


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_an_animation_is_stored_as_its_first_frame(tmp_path: Path, form: str) -> None:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=80)

    stored = store_image(tmp_path, data)

    with Image.open(tmp_path / stored.file) as image:
        assert not getattr(image, "is_animated", False)
        red, green, blue = image.convert("RGB").getpixel((30, 20))
        assert red > 230
        assert green < 30
        assert blue < 30


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_file_is_refused(tmp_path: Path, form: str, share: float) -> None:
    data = encoded(picture(), form)

    with pytest.raises(MediaError, match=r"damaged or cut off|no picture"):
        store_image(tmp_path, data[: int(len(data) * share)])

    assert files_under(tmp_path) == []


def test_an_error_page_is_refused_and_called_one(tmp_path: Path) -> None:
    page = b"\n<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"

    with pytest.raises(MediaError, match="a web page, perhaps an error message"):
        store_image(tmp_path, page)


@pytest.mark.parametrize(
    "data", [b"", b'{"error": "quota"}', b"\x00" * 500, b"%!PS-Adobe-3.0 EPSF-3.0"]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(MediaError, match=r"empty|no picture"):
        store_image(tmp_path, data)

    assert files_under(tmp_path) == []


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (8_000, 8_000), (17_000, 10)])
def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused(
    tmp_path: Path, width: int, height: int
) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )
    assert len(bomb) < 200_000

    with pytest.raises(MediaError, match="too many pixels"):
        store_image(tmp_path, bomb)


@pytest.mark.parametrize(
    ("made", "ordered"),
    [((1536, 1024), (1200, 630)), ((1024, 1024), (1200, 630)), ((640, 1000), (320, 180))],
)
@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_of_another_size_than_ordered_fills_the_ordered_one(
    tmp_path: Path, form: str, made: tuple[int, int], ordered: tuple[int, int]
) -> None:
    stored = store_image(tmp_path, encoded(picture(*made), form), size=ordered)

    assert (stored.width, stored.height) == ordered
    with Image.open(tmp_path / stored.file) as image:
        assert image.size == ordered


def test_what_does_not_fit_is_cut_equally_at_both_ends(tmp_path: Path) -> None:
    tall = Image.new("RGB", (400, 900), "red")
    tall.paste("blue", (0, 300, 400, 600))  # a third each: red, blue, red

    stored = store_image(tmp_path, encoded(tall, "PNG"), size=(400, 600))

    with Image.open(tmp_path / stored.file) as image:
        shown = image.convert("RGB")
    for y, wanted in ((140, 0), (160, 2), (440, 2), (460, 0)):
        colour = shown.getpixel((200, y))
        assert colour.index(max(colour)) == wanted, y


def test_a_picture_far_smaller_than_ordered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="320 × 180 pixels, too small for 1200 × 630"):
        store_image(tmp_path, encoded(picture(), "PNG"), size=(1200, 630))


def test_beside_a_picture_stands_a_thumbnail_of_the_same_shape(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    stored = store_image(tmp_path, encoded(picture(1200, 630), "WEBP", exif=exif))

    small = thumbnail_of(stored.file)
    assert files_under(tmp_path) == sorted([stored.file, small])
    assert picture_of(small) == picture_of(stored.file) == stored.file
    with Image.open(tmp_path / small) as image:
        assert (image.format, image.size) == ("WEBP", (480, 252))
        assert not image.getexif()
    assert (tmp_path / small).stat().st_mode & 0o777 == 0o644


def test_a_small_picture_needs_no_thumbnail(tmp_path: Path) -> None:
    stored = store_image(tmp_path, encoded(picture(480, 270), "WEBP"))

    assert files_under(tmp_path) == [stored.file]


def test_storing_twice_gives_one_file_and_does_not_touch_it(tmp_path: Path) -> None:
    data = encoded(picture(), "PNG")
    first = store_image(tmp_path, data)
    before = (tmp_path / first.file).stat()

    second = store_image(tmp_path, data)

    assert second == first
    assert files_under(tmp_path) == [first.file]
    after = (tmp_path / first.file).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_damaged_on_disk_is_put_right_by_storing_again(tmp_path: Path) -> None:
    data = encoded(picture(), "WEBP")
    stored = store_image(tmp_path, data)
    (tmp_path / stored.file).write_bytes(b"x" * len(data))

    store_image(tmp_path, data)

    assert (tmp_path / stored.file).read_bytes() == data


def test_other_users_may_read_the_file_so_that_a_web_server_can_serve_it(tmp_path: Path) -> None:
    stored = store_image(tmp_path, encoded(picture(), "WEBP"))

    assert (tmp_path / stored.file).stat().st_mode & 0o777 == 0o644


def test_a_media_folder_that_cannot_be_made_is_told_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")

    with pytest.raises(MediaError, match="could not be written to disk"):
        store_image(tmp_path / "media", encoded(picture(), "WEBP"))


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """The kernel refuses to write a file beyond ``size`` bytes, in the middle of the write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up_leaves_no_half_file_and_no_draft(tmp_path: Path) -> None:
    data = encoded(picture(640, 360), "WEBP")
    assert len(data) > 8_192

    with files_limited_to(4_096), pytest.raises(MediaError, match="could not be written to disk"):
        store_image(tmp_path, data)

    assert files_under(tmp_path) == []
    stored = store_image(tmp_path, data)  # and once there is room again:
    assert files_under(tmp_path) == sorted([stored.file, thumbnail_of(stored.file)])


def test_a_picture_is_kept_where_there_is_no_room_for_its_thumbnail(tmp_path: Path) -> None:
    data = encoded(picture(640, 360), "WEBP")
    thumbnail = tmp_path / thumbnail_of(store_image(tmp_path, data).file)
    thumbnail.unlink()
    thumbnail.mkdir()  # no file can take this name

    stored = store_image(tmp_path, data)

    assert files_under(tmp_path) == [stored.file]


def test_room_is_looked_for_without_leaving_a_trace(tmp_path: Path) -> None:
    check_room(tmp_path / "media")

    assert files_under(tmp_path) == []
    (tmp_path / "file").touch()
    with pytest.raises(MediaError, match="could not be written to disk: Not a directory"):
        check_room(tmp_path / "file" / "media")


def test_names_and_rooms_of_pictures_are_known_without_loading_pillow() -> None:
    code = (
        "import sys; from igny8_web import media; media.thumbnail_of('a.webp');"
        "sys.exit('PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
