"""A picture's words can be changed, and a person's own picture put in its place."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image as Pixels

from igny8_web.current import config
from igny8_web.extensions import transaction
from igny8_web.models import Content, ContentStatus, Image, ImageStatus, ImageVersion, Site, User
from igny8_web.services import image_versions, images
from igny8_web.services.errors import Invalid, NotFound, Refused
from igny8_web.services.pictures import describe, find_picture, upload

from ..engine import Rings, reading
from ..factories import make_content, make_site
from ..fakes import FakeProvider

pytestmark = pytest.mark.usefixtures("app")


def photo(width: int = 1600, height: int = 1000) -> bytes:
    """A JPEG that says in its metadata where it was taken."""
    pixels, out = Pixels.new("RGB", (width, height), "seagreen"), io.BytesIO()
    exif = pixels.getexif()
    exif[0x010E] = "taken at home"
    pixels.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def image(site: Site) -> Image:
    """The featured picture of an article in review, not made yet."""
    with transaction() as db:
        return make_content(db, site, ContentStatus.REVIEW, images=1).images[0]


def made_by_a_run(site: Site, image: Image, rings: Rings) -> str | None:
    """Have the picture made; answers its file."""
    images.generate(site, [image.id])
    rings.answer_all()
    return now(image).file


def now(image: Image) -> Image:
    with reading() as db:
        return db.get_one(Image, image.id)


def test_the_words_of_a_picture_are_changed(site: Site, image: Image) -> None:
    describe(site, image.id, "  A red cup.\n", " A  red\ncup ")

    assert (now(image).prompt, now(image).alt) == ("A red cup.", "A red cup")


def test_the_next_picture_is_made_from_the_new_prompt(
    site: Site, image: Image, rings: Rings, provider: FakeProvider
) -> None:
    describe(site, image.id, "A red cup.", "A red cup")
    images.generate(site, [image.id])
    rings.answer_all()

    [(_, brief)] = provider.asked
    assert (brief.prompt, brief.alt) == ("A red cup.", "A red cup")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("prompt", "alt", "field", "words"),
    [
        (" ", "A cup", "prompt", "The prompt is empty."),
        ("A cup", "", "alt", "The alternative text is empty."),
        ("A cup", "x" * 201, "alt", "The alternative text has 201 characters, of 200 at most."),
        ("x" * 4_001, "A cup", "prompt", "The prompt has 4,001 characters, of 4,000 at most."),
    ],
)
def test_words_that_cannot_be_used_name_their_field(
    site: Site, image: Image, prompt: str, alt: str, field: str, words: str
) -> None:
    with pytest.raises(Invalid) as caught:
        describe(site, image.id, prompt, alt)

    assert (caught.value.field, caught.value.message) == (field, words)
    assert now(image).prompt == "A cup of coffee."


def test_ones_own_picture_is_cleaned_and_cut_to_its_place(
    site: Site, image: Image, owner: User
) -> None:
    upload(site, image.id, photo(), owner)

    found = now(image)
    assert (found.status, found.width, found.height) == (ImageStatus.GENERATED, 1200, 630)
    with Pixels.open(Path(config().media_dir, found.file or "")) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("WEBP", (1200, 630), {})
    with reading():
        [version] = find_picture(site, image.id).versions
    assert (version.file, version.made_by) == (found.file, "uploaded by owner@example.com")


def test_ones_own_picture_leaves_the_made_one_as_a_version(
    site: Site, image: Image, owner: User, rings: Rings, provider: FakeProvider
) -> None:
    made = made_by_a_run(site, image, rings)

    upload(site, image.id, photo(), owner)

    with reading():
        versions = find_picture(site, image.id).versions
    assert [version.file for version in versions] == [now(image).file, made]


def test_the_last_missing_picture_of_a_draft_moves_it_to_review(
    site: Site, image: Image, owner: User
) -> None:
    with transaction() as db:
        db.get_one(Content, image.content_id).status = ContentStatus.DRAFT

    upload(site, image.id, photo(), owner)

    with reading() as db:
        assert db.get_one(Content, image.content_id).status is ContentStatus.REVIEW


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The picture is empty."),
        (b"<!doctype html><p>Not found</p>", "This is no picture: "),
        (photo()[:400], "The picture's file is damaged or cut off."),
        (photo(200, 100), "too small for 1200 × 630"),
        (b"x" * (20 * 1024 * 1024 + 1), "The file is larger than 20 MB."),
    ],
    ids=["empty", "page", "cut off", "small", "large"],
)
def test_a_file_that_is_no_picture_for_its_place_changes_nothing(
    site: Site, image: Image, owner: User, data: bytes, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        upload(site, image.id, data, owner)

    assert caught.value.field == "file"
    assert now(image).status is ImageStatus.PENDING


def test_while_another_is_being_made_neither_prompt_nor_picture_is_exchanged(
    site: Site, image: Image, owner: User, rings: Rings
) -> None:
    run = images.generate(site, [image.id])
    with reading():
        assert find_picture(site, image.id).in_run == run.run_id
    for wish in (
        lambda: describe(site, image.id, "Another prompt", "A cup"),
        lambda: upload(site, image.id, photo(), owner),
    ):
        with pytest.raises(Refused, match="is being made"):
            wish()

    describe(site, image.id, "A cup of coffee.", "A better alternative text")

    assert now(image).alt == "A better alternative text"


def test_the_pictures_of_an_approved_article_stay_as_they_are(
    site: Site, image: Image, owner: User
) -> None:
    with transaction() as db:
        db.get_one(Content, image.content_id).status = ContentStatus.APPROVED
    for wish in (
        lambda: describe(site, image.id, "Another", "A cup"),
        lambda: upload(site, image.id, photo(), owner),
        lambda: image_versions.make_again(site, image.id),
    ):
        with pytest.raises(Refused, match="its pictures stay as they are"):
            wish()
    with reading():
        assert not find_picture(site, image.id).content.status.is_open


def test_another_sites_picture_is_not_found(site: Site, image: Image, owner: User) -> None:
    with transaction() as db:
        other = make_site(db, "other")
    for wish in (
        lambda: find_picture(other, image.id),
        lambda: describe(other, image.id, "A", "B"),
        lambda: upload(other, image.id, photo(), owner),
    ):
        with pytest.raises(NotFound):
            wish()


def test_a_picture_of_before_there_were_versions_is_kept_beside_ones_own(
    site: Site, image: Image, owner: User, rings: Rings, provider: FakeProvider
) -> None:
    made = made_by_a_run(site, image, rings)
    with transaction() as db:
        db.execute(sa.delete(ImageVersion))

    upload(site, image.id, photo(), owner)

    with reading():
        assert made in {version.file for version in find_picture(site, image.id).versions}
