from __future__ import annotations

import pytest

from igny8_web.extensions import session, transaction
from igny8_web.models import Content, ContentStatus, Site, User
from igny8_web.services import accounts, automation, review, review_queue
from igny8_web.services.errors import Invalid
from igny8_web.services.filtering import Chosen
from igny8_web.services.review import NotReady, WrongState
from igny8_web.services.rooms import ContentFilter

from ..engine import Rings
from ..factories import make_content, make_keywords
from ..fakes import FakeProvider
from ..visitor import PASSWORD


def content_in(site: Site, status: ContentStatus) -> Content:
    with transaction() as db:
        return make_content(db, site, status)


def test_approving_keeps_who_and_when(site: Site, owner: User) -> None:
    content = content_in(site, ContentStatus.REVIEW)
    review.approve(content, owner)
    assert content.status is ContentStatus.APPROVED
    assert content.reviewed_by_id == owner.id
    assert content.reviewed_at is not None


def unfinished(site: Site) -> Content:
    with transaction() as db:
        content = make_content(db, site, ContentStatus.REVIEW)
        content.html += "<p>As an AI, I cannot taste it.</p>"
        return content


def test_what_fails_a_must_is_not_approved_by_accident(site: Site, owner: User) -> None:
    content = unfinished(site)
    with pytest.raises(NotReady, match="is not ready: nothing unfinished"):
        review.approve(content, owner)
    session().expire_all()
    assert content.status is ContentStatus.REVIEW
    assert content.reviewed_by_id is None


def test_a_person_who_read_the_checklist_may_approve_all_the_same(site: Site, owner: User) -> None:
    content = unfinished(site)
    review.approve(content, owner, although=True)
    assert content.status is ContentStatus.APPROVED
    assert content.musts_failed == 1


def test_an_approved_article_keeps_what_the_checklist_said(site: Site, owner: User) -> None:
    content = content_in(site, ContentStatus.REVIEW)
    review.approve(content, owner)
    assert content.score is not None
    assert content.musts_failed == 0


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


def decisions(content: Content) -> list[tuple[str, str | None, bool]]:
    rows = review_queue.decisions_on(content)
    return [(d.decision.status.value, d.decision.note, d.decision.although) for d in rows]


@pytest.mark.each_database
def test_every_decision_is_kept(site: Site, owner: User) -> None:
    content = unfinished(site)
    review.send_back(content, owner, "Shorter.")
    review.ready_again(content, owner)
    review.approve(content, owner, although=True)
    assert decisions(content) == [
        ("approved", None, True),
        ("review", None, False),
        ("sent_back", "Shorter.", False),
    ]


@pytest.mark.each_database
def test_ones_own_last_decision_can_be_taken_back(site: Site, owner: User) -> None:
    content = content_in(site, ContentStatus.REVIEW)
    review.send_back(content, owner, "Shorter.")
    review.approve(content, owner)
    review.undo(content, owner)
    assert (content.status, content.review_note) == ("sent_back", "Shorter.")
    stranger = accounts.create_user("other@brew.example", PASSWORD)
    with pytest.raises(WrongState, match="somebody else"):
        review.undo(content, stranger)


def test_a_text_that_was_changed_since_it_was_read_is_not_approved(site: Site, owner: User) -> None:
    content = content_in(site, ContentStatus.REVIEW)
    with transaction():
        content.revision = 2
    with pytest.raises(review.Changed):
        review.approve(content, owner, revision=1)
    review.approve(content, owner, revision=2)


@pytest.mark.each_database
def test_of_many_those_are_approved_that_pass(site: Site, owner: User) -> None:
    good, bad = content_in(site, ContentStatus.REVIEW), unfinished(site)
    decided = content_in(site, ContentStatus.SENT_BACK)
    done = review.approve_passing(site, Chosen(ContentFilter()), owner)
    assert (done.number, done.left) == (1, [bad.title])
    session().expire_all()
    assert [each.status.value for each in (good, bad, decided)] == [
        "approved",
        "review",
        "sent_back",
    ]


@pytest.mark.each_database
def test_the_queue_says_where_one_is_whatever_others_decide(site: Site, owner: User) -> None:
    first, second, third = (content_in(site, ContentStatus.REVIEW) for _ in range(3))
    where = review_queue.position_of(second)
    assert (where.number, where.total) == (2, 3)
    assert (where.previous_id, where.next_id) == (first.id, third.id)
    review.approve(second, owner)
    review.approve(third, owner)
    where = review_queue.position_of(second)
    assert (where.number, where.total, where.previous_id, where.next_id) == (0, 1, first.id, None)
