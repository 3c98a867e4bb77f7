"""No picture is lost: another one is a version, and an earlier one can be used again."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from igny8_web.current import config
from igny8_web.extensions import session, transaction
from igny8_web.models import (
    AiCall,
    Content,
    ContentStatus,
    Image,
    ImageStatus,
    ImageVersion,
    Run,
    Site,
    User,
)
from igny8_web.services import automation, images
from igny8_web.services.automation import NothingWaiting
from igny8_web.services.errors import NotFound, Refused
from igny8_web.services.image_versions import make_again, use, versions_of
from igny8_web.services.sites import may_see_file

from ..engine import Rings, reading, refreshed
from ..factories import make_content, make_site
from ..fakes import FakeProvider, nonsense

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("app")]


@pytest.fixture
def image(site: Site, rings: Rings, provider: FakeProvider) -> Image:
    """The one picture of an article in review, made a while ago."""
    with transaction() as db:
        content = make_content(db, site, images=1)
    images.generate(site, [content.images[0].id])
    rings.answer_all()
    with reading() as db:
        made = db.get_one(Image, content.images[0].id)
        db.expunge(made)  # it stays as it was
    return made


def again(image: Image) -> Image:
    """As it is now."""
    with reading() as db:
        return db.get_one(Image, image.id)


def look_of(image: Image) -> tuple[str, str | None]:
    now = again(image)
    return now.status.value, now.file


def content_of(image: Image) -> Content:
    with reading() as db:
        return db.get_one(Content, image.content_id)


def decide(image: Image, status: ContentStatus) -> None:
    with transaction() as db:
        db.get_one(Content, image.content_id).status = status


def kept(image: Image) -> list[ImageVersion]:
    """The newest first."""
    with reading():
        return list(versions_of([image.id])[image.id])


def another(site: Site, image: Image, rings: Rings, provider: FakeProvider) -> str:
    """Have another picture made; answers its file."""
    provider.shade += 1
    make_again(site, image.id)
    rings.answer_all()
    return again(image).file or ""


def test_a_picture_is_a_version_with_what_it_was_made_from(image: Image) -> None:
    [version] = kept(image)

    assert (version.file, version.width, version.height) == (image.file, 1200, 630)
    assert (version.prompt, version.made_by) == ("A cup of coffee.", "fake/fake-1")
    assert version.created_at is not None


def test_another_picture_takes_the_place_of_the_first_which_is_kept(
    site: Site, image: Image, rings: Rings, provider: FakeProvider
) -> None:
    provider.shade += 1
    run = make_again(site, image.id)
    assert look_of(image) == ("pending", image.file), "shown until the new one is there"
    rings.answer_all()

    assert refreshed(run).status == "completed"
    status, file = look_of(image)
    assert status == "generated"
    assert file != image.file
    assert [version.file for version in kept(image)] == [file, image.file]
    assert all(Path(config().media_dir, version.file).is_file() for version in kept(image))
    assert content_of(image).status is ContentStatus.REVIEW


def test_each_take_is_a_question_of_its_own(
    site: Site, image: Image, rings: Rings, provider: FakeProvider
) -> None:
    another(site, image, rings, provider)
    another(site, image, rings, provider)

    assert [brief.take for _, brief in provider.asked] == [0, 1, 2]  # type: ignore[attr-defined]
    with reading() as db:
        prints = db.scalars(sa.select(AiCall.fingerprint)).all()
    assert len(set(prints)) == 3


def test_the_same_picture_again_is_no_second_version(
    site: Site, image: Image, rings: Rings
) -> None:
    make_again(site, image.id)
    rings.answer_all()

    assert look_of(image) == ("generated", image.file)
    assert len(kept(image)) == 1


def test_an_earlier_picture_can_be_used_again_and_the_later_one_stays(
    site: Site, image: Image, rings: Rings, provider: FakeProvider
) -> None:
    later = another(site, image, rings, provider)
    first = kept(image)[-1]

    use(site, image.id, first.id)

    assert look_of(image) == ("generated", image.file)
    assert later in {version.file for version in kept(image)}


def test_when_no_other_can_be_made_the_earlier_one_stays_in_its_place(
    site: Site, image: Image, rings: Rings, provider: FakeProvider
) -> None:
    provider.will("draw-images", nonsense())
    run = make_again(site, image.id)
    rings.answer_all()

    assert look_of(image) == ("failed", image.file)
    assert again(image).error == "The request was refused."
    assert content_of(image).status is ContentStatus.REVIEW
    use(site, image.id, kept(image)[0].id)
    assert look_of(image) == ("generated", image.file)
    assert again(image).error is None
    assert refreshed(run).stages[0].failed == 1


def test_a_picture_that_is_being_made_is_not_exchanged(
    site: Site, image: Image, rings: Rings, provider: FakeProvider
) -> None:
    run = make_again(site, image.id)
    version = kept(image)[0]
    with pytest.raises(Refused, match="is being made"):
        use(site, image.id, version.id)
    with pytest.raises(NothingWaiting):
        make_again(site, image.id)

    automation.cancel(run)

    use(site, image.id, version.id)
    assert look_of(image) == ("generated", image.file)


@pytest.mark.parametrize("status", [ContentStatus.APPROVED, ContentStatus.PUBLISHED])
def test_the_pictures_of_a_decided_article_stay_as_they_are(
    site: Site, image: Image, status: ContentStatus
) -> None:
    decide(image, status)
    for wish in (lambda: make_again(site, image.id), lambda: use(site, image.id, 1)):
        with pytest.raises(Refused, match=f"is {status}: its pictures stay as they are"):
            wish()
    assert look_of(image) == ("generated", image.file)


def test_an_article_that_was_approved_meanwhile_keeps_the_picture_that_was_approved(
    site: Site, image: Image, rings: Rings, provider: FakeProvider
) -> None:
    provider.shade += 1
    make_again(site, image.id)
    decide(image, ContentStatus.APPROVED)
    rings.answer_all()

    assert look_of(image) == ("generated", image.file)
    assert len(kept(image)) == 2, "the new one is there, if it is sent back"


def test_a_picture_that_was_missing_is_filled_in_after_the_approval(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        content = make_content(db, site, ContentStatus.APPROVED, images=1)
    images.generate(site, [content.images[0].id])
    rings.answer_all()

    assert again(content.images[0]).file


def test_a_picture_of_before_there_were_versions_becomes_one(
    site: Site, image: Image, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        db.execute(sa.delete(ImageVersion))

    file = another(site, image, rings, provider)

    assert [(version.file, version.made_by) for version in kept(image)] == [
        (file, "fake/fake-1"),
        (image.file, ""),
    ]
    assert [brief.take for _, brief in provider.asked] == [0, 1]  # type: ignore[attr-defined]


def test_using_the_last_missing_picture_of_a_draft_moves_it_to_review(
    site: Site, image: Image, rings: Rings
) -> None:
    decide(image, ContentStatus.DRAFT)
    automation.cancel(make_again(site, image.id))
    assert content_of(image).status is ContentStatus.DRAFT

    use(site, image.id, kept(image)[0].id)

    assert content_of(image).status is ContentStatus.REVIEW


def test_earlier_pictures_are_seen_by_whom_the_later_one_is(
    site: Site, image: Image, rings: Rings, provider: FakeProvider, owner: User
) -> None:
    later = another(site, image, rings, provider)

    assert may_see_file(owner, later)
    assert may_see_file(owner, image.file or "")
    assert not may_see_file(owner, "images/00/nobody.webp")


def test_another_sites_image_and_another_images_version_are_not_found(
    site: Site, image: Image, rings: Rings
) -> None:
    with transaction() as db:
        other = make_site(db, "other")
        theirs = make_content(db, other, images=1).images[0]
    mine = kept(image)[0].id
    for wish in (
        lambda: make_again(other, image.id),
        lambda: use(other, image.id, mine),
        lambda: use(other, theirs.id, mine),
        lambda: use(site, image.id, 4711),
    ):
        with pytest.raises(NotFound):
            wish()
    assert session().scalar(sa.select(sa.func.count(Run.id))) == 1
    assert again(theirs).status is ImageStatus.PENDING
