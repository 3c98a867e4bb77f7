from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from igny8_web.extensions import session, transaction
from igny8_web.models import Content, ContentStatus, Image, ImageStatus, Run, RunStatus, Scope, Site
from igny8_web.services import by_hand, images
from igny8_web.services.automation import MOST_CHOSEN, NothingWaiting
from igny8_web.services.errors import Refused

from ..engine import Rings, refreshed
from ..factories import make_content, make_site
from ..fakes import FakeProvider


def article(site: Site, images: int, failed: int = 0) -> Content:
    """A draft with so many images, the first of them failed."""
    with transaction() as db:
        content = make_content(db, site, ContentStatus.DRAFT, images=images)
        for image in content.images[:failed]:
            image.status, image.error = ImageStatus.FAILED, "Out of paint."
        return content


def statuses(content: Content) -> list[ImageStatus]:
    session().rollback()
    found = session().execute(
        sa.select(Image.status).filter_by(content_id=content.id).order_by(Image.position)
    )
    return list(found.scalars())


@pytest.mark.usefixtures("provider")
def test_the_chosen_images_are_made_and_no_others(site: Site, rings: Rings) -> None:
    content = article(site, images=3)
    chosen = [image.id for image in content.images[:2]]
    run = images.generate(site, chosen)
    assert run.scope is Scope.SELECTION
    assert run.stages[0].total == 2
    rings.answer_all()
    assert refreshed(run).status is RunStatus.COMPLETED
    assert statuses(content) == [
        ImageStatus.GENERATED,
        ImageStatus.GENERATED,
        ImageStatus.PENDING,
    ]


@pytest.mark.usefixtures("provider")
def test_a_failed_image_is_made_again_and_its_article_goes_to_review(
    site: Site, rings: Rings
) -> None:
    content = article(site, images=2, failed=1)
    images.generate(site, [image.id for image in content.images])
    rings.answer_all()
    assert statuses(content) == [ImageStatus.GENERATED] * 2
    session().expire_all()
    assert content.status is ContentStatus.REVIEW
    assert content.images[0].error is None


@pytest.mark.usefixtures("rings")
def test_a_failed_image_stays_failed_when_no_run_can_start(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, cap: Decimal | None) -> Run:
        raise NothingWaiting("Not now.")

    content = article(site, images=1, failed=1)
    monkeypatch.setattr(by_hand, "run_stage", refuse)
    with pytest.raises(NothingWaiting):
        images.generate(site, [content.images[0].id])
    assert statuses(content) == [ImageStatus.FAILED]


@pytest.mark.usefixtures("rings")
def test_another_sites_images_are_left_alone(site: Site) -> None:
    with transaction() as db:
        other = make_site(db, "other")
    theirs = article(other, images=2, failed=1)
    with pytest.raises(NothingWaiting):
        images.generate(site, [image.id for image in theirs.images])
    assert statuses(theirs) == [ImageStatus.FAILED, ImageStatus.PENDING]
    assert session().scalar(sa.select(sa.func.count(Run.id))) == 0


@pytest.mark.usefixtures("rings")
def test_images_that_a_run_has_already_are_not_started_twice(site: Site) -> None:
    content = article(site, images=1)
    images.generate(site, [content.images[0].id])
    with pytest.raises(NothingWaiting):
        images.generate(site, [content.images[0].id])


@pytest.mark.usefixtures("rings")
def test_none_and_far_too_many_are_refused(site: Site) -> None:
    for ids in ([], range(MOST_CHOSEN + 1)):
        with pytest.raises(Refused):
            images.generate(site, ids)
    with pytest.raises(Refused):
        images.generate_all(site, ImageStatus.PENDING)


def test_all_of_one_status_are_made(site: Site, rings: Rings, provider: FakeProvider) -> None:
    content = article(site, images=3, failed=1)
    images.generate_all(site, ImageStatus.PENDING)
    rings.answer_all()
    assert statuses(content) == [
        ImageStatus.FAILED,
        ImageStatus.GENERATED,
        ImageStatus.GENERATED,
    ]
    images.generate_all(site, ImageStatus.FAILED)
    rings.answer_all()
    assert statuses(content) == [ImageStatus.GENERATED] * 3
    assert len(provider.asked) == 3
