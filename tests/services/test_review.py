from __future__ import annotations

import pytest

from igny8_web.extensions import session, transaction
from igny8_web.models import Content, ContentStatus, Site, User
from igny8_web.services import automation, review
from igny8_web.services.errors import Invalid
from igny8_web.services.review import WrongState

from ..engine import Rings
from ..factories import make_content, make_keywords
from ..fakes import FakeProvider


def content_in(site: Site, status: ContentStatus) -> Content:
    with transaction() as db:
        return make_content(db, site, status)


def test_approving_keeps_who_and_when(site: Site, owner: User) -> None:
    content = content_in(site, ContentStatus.REVIEW)
    review.approve(content, owner)
    assert content.status is ContentStatus.APPROVED
    assert content.reviewed_by_id == owner.id
    assert content.reviewed_at is not None


def test_sending_back_keeps_who_when_and_why(site: Site, owner: User) -> None:
    content = content_in(site, ContentStatus.REVIEW)
    review.send_back(content, owner, "  Name your source.\n")
    assert content.status is ContentStatus.SENT_BACK
    assert content.review_note == "Name your source."
    assert content.reviewed_by_id == owner.id
    assert content.reviewed_at is not None


def test_a_person_may_think_again(site: Site, owner: User) -> None:
    content = content_in(site, ContentStatus.REVIEW)
    review.approve(content, owner)
    review.send_back(content, owner, "The date is wrong.")
    review.approve(content, owner)
    assert content.status is ContentStatus.APPROVED
    assert content.review_note is None


@pytest.mark.parametrize("note", ["", " \n\t", "x" * 4001])
def test_nothing_is_sent_back_without_a_note_that_can_be_read(
    note: str, site: Site, owner: User
) -> None:
    content = content_in(site, ContentStatus.REVIEW)
    with pytest.raises(Invalid) as refused:
        review.send_back(content, owner, note)
    assert refused.value.field == "note"
    assert content.status is ContentStatus.REVIEW


@pytest.mark.parametrize(
    "status", [ContentStatus.DRAFT, ContentStatus.PUBLISHED, ContentStatus.APPROVED]
)
def test_only_what_is_in_review_or_sent_back_can_be_approved(
    status: ContentStatus, site: Site, owner: User
) -> None:
    content = content_in(site, status)
    with pytest.raises(WrongState) as refused:
        review.approve(content, owner)
    assert content.title in refused.value.message
    assert (content.status, content.reviewed_by_id) == (status, None)


@pytest.mark.parametrize(
    "status", [ContentStatus.DRAFT, ContentStatus.PUBLISHED, ContentStatus.SENT_BACK]
)
def test_only_what_is_in_review_or_approved_can_be_sent_back(
    status: ContentStatus, site: Site, owner: User
) -> None:
    content = content_in(site, status)
    with pytest.raises(WrongState):
        review.send_back(content, owner, "Too late.")
    assert (content.status, content.review_note) == (status, None)


def test_a_whole_run_approves_nothing(site: Site, rings: Rings, provider: FakeProvider) -> None:
    with transaction() as db:
        make_keywords(db, site, 4)
    automation.run_now(site)
    rings.answer_all()
    session().expire_all()
    made = session().query(Content).all()
    assert made
    assert {content.status for content in made} == {ContentStatus.REVIEW}
    assert {content.reviewed_by_id for content in made} == {None}
