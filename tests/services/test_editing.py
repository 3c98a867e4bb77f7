"""Changing an article: nothing of anybody is overwritten unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Content, ContentStatus, ContentVersion, Site, User
from igny8_web.services import by_hand, editing, versions
from igny8_web.services.accounts import create_user
from igny8_web.services.errors import Invalid, NotFound

from ..engine import Rings, reading
from ..factories import make_content, make_site, make_task
from ..visitor import PASSWORD

TEXT = "<h2>Beans</h2><p>Fresh ones.</p>"


@pytest.fixture
def content(site: Site) -> Content:
    with transaction() as db:
        return make_content(db, site, ContentStatus.REVIEW)


@pytest.fixture
def other(app: object) -> User:
    return create_user("other@brew.example", PASSWORD)


def numbers(content: Content) -> list[tuple[int, int | None]]:
    """Number and author of each version."""
    with reading() as db:
        mine = sa.select(ContentVersion).filter_by(content_id=content.id)
        return [(v.number, v.author_id) for v in db.scalars(mine.order_by(ContentVersion.number))]


@pytest.mark.each_database
def test_a_sitting_of_one_person_is_one_version(
    site: Site, content: Content, owner: User, other: User
) -> None:
    revision = 1
    for text in ("<p>One.</p>", "<p>One, two.</p>", "<p>One, two, three.</p>"):
        revision = editing.save(site, content.id, {"html": text}, owner, revision=revision).revision
    assert revision == 4
    assert numbers(content) == [(1, owner.id)]
    editing.save(site, content.id, {"title": "Other"}, other, revision=revision)
    assert numbers(content) == [(1, owner.id), (2, other.id)]
    with transaction() as db:
        long_ago = datetime.now(UTC) - timedelta(minutes=11)
        db.execute(sa.update(ContentVersion).values(updated_at=long_ago))
    editing.save(site, content.id, {"title": "Later"}, other, revision=revision + 1)
    assert numbers(content) == [(1, owner.id), (2, other.id), (3, other.id)]


@pytest.mark.each_database
def test_what_somebody_saved_meanwhile_is_not_overwritten(
    site: Site, content: Content, owner: User, other: User
) -> None:
    editing.save(site, content.id, {"html": "<p>Theirs.</p>"}, other, revision=1)
    with pytest.raises(editing.Conflict) as raised:
        editing.save(site, content.id, {"html": "<p>Mine.</p>"}, owner, revision=1)
    assert (raised.value.by, raised.value.revision) == ("other@brew.example", 2)
    assert editing.find_content(site, content.id).html == "<p>Theirs.</p>"
    editing.save(site, content.id, {"html": "<p>Mine.</p>"}, owner, revision=2, apart=True)
    kept = [versions.find_version(site, content.id, number).html for number in (1, 2)]
    assert kept == ["<p>Theirs.</p>", "<p>Mine.</p>"]


def test_overwriting_ones_own_other_tab_keeps_both(
    site: Site, content: Content, owner: User
) -> None:
    editing.save(site, content.id, {"html": "<p>Tab one.</p>"}, owner, revision=1)
    editing.save(site, content.id, {"html": "<p>Tab two.</p>"}, owner, revision=2, apart=True)
    assert len(numbers(content)) == 2


def test_what_an_editor_writes_is_kept_as_the_house_writes_it(
    site: Site, content: Content, owner: User
) -> None:
    given = "<p><b>Bold</b> <i>words</i><script>alert(1)</script></p><p style='x'><br></p>"
    editing.save(site, content.id, {"html": given}, owner, revision=1)
    kept = editing.find_content(site, content.id)
    assert kept.html == "<p><strong>Bold</strong> <em>words</em></p>"
    assert kept.word_count == 2
    assert kept.score is not None


def test_the_same_text_again_changes_nothing(site: Site, content: Content, owner: User) -> None:
    saved = editing.save(site, content.id, {"title": content.title}, owner, revision=1)
    assert (saved.revision, saved.changed) == (1, False)
    assert numbers(content) == []


@pytest.mark.parametrize("status", [ContentStatus.APPROVED, ContentStatus.PUBLISHED])
def test_what_is_decided_stays_as_it_is(
    site: Site, content: Content, owner: User, status: ContentStatus
) -> None:
    with transaction():
        content.status = status
    with pytest.raises(editing.WrongState):
        editing.save(site, content.id, {"title": "Other"}, owner, revision=1)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("title", "  ", "cannot be empty"),
        ("title", "x" * 401, "400 characters"),
        ("slug", "two words", "single hyphens"),
        ("slug", "../etc", "single hyphens"),
        ("html", "<p> </p>", "no words"),
        ("html", "x" * 500_001, "500,000"),
        ("meta_description", "x" * 401, "400 characters"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(
    site: Site, content: Content, owner: User, field: str, text: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says) as raised:
        editing.save(site, content.id, {field: text}, owner, revision=1)
    assert raised.value.field == field


def test_two_articles_of_a_site_have_two_addresses(
    site: Site, content: Content, owner: User
) -> None:
    with transaction() as db:
        other = make_content(db, site)
    with pytest.raises(Invalid, match="Another article"):
        editing.save(site, content.id, {"slug": other.slug}, owner, revision=1)
    editing.save(site, content.id, {"slug": "قهوة-باردة"}, owner, revision=1)


def test_another_sites_article_is_not_there(content: Content, owner: User) -> None:
    with transaction() as db:
        elsewhere = make_site(db, "elsewhere")
    with pytest.raises(NotFound):
        editing.save(elsewhere, content.id, {"title": "Mine"}, owner, revision=1)
    with pytest.raises(NotFound):
        versions.versions_of(elsewhere, content.id)


@pytest.mark.each_database
def test_the_writers_text_is_the_first_version_and_can_be_taken_back(
    site: Site, rings: Rings, owner: User
) -> None:
    with transaction() as db:
        task = make_task(db, site)
    by_hand.start(site, "write-content", [task.id])
    rings.answer_all()
    with reading() as db:
        content = db.scalars(sa.select(Content)).one()
    first = versions.find_version(site, content.id, 1)
    assert (first.made_by, first.html) == (content.written_by, content.html)

    editing.save(site, content.id, {"html": TEXT, "slug": "other"}, owner, revision=1)
    versions.restore(site, content.id, 1, owner)
    now = editing.find_content(site, content.id)
    assert (now.html, now.slug, now.revision) == (first.html, "other", 3)
    _, lines = versions.versions_of(site, content.id)
    assert [(line.version.number, line.author, line.version.restored_from) for line in lines] == [
        (3, owner.email, 1),
        (2, owner.email, None),
        (1, None, None),
    ]
    editing.save(site, content.id, {"title": "After"}, owner, revision=3)
    assert len(numbers(content)) == 4


def test_a_difference_marks_words_and_whole_blocks(
    site: Site, content: Content, owner: User, other: User
) -> None:
    old = {"html": "<h2>Beans</h2><p>Fresh ones are best.</p><p>Gone.</p>", "title": "Old title"}
    new = {"html": "<h2>Beans</h2><p>Fresh beans are best.</p>", "title": "New title"}
    editing.save(site, content.id, old, owner, revision=1)
    editing.save(site, content.id, new, other, revision=2)
    found = versions.difference(
        versions.find_version(site, content.id, 1), versions.find_version(site, content.id, 2)
    )
    assert [label for label, _ in found.fields] == ["Title"]
    assert [[(piece.kind, piece.text) for piece in block] for block in found.blocks] == [
        [("same", "Beans")],
        [
            ("same", "Fresh "),
            ("removed", "ones"),
            ("added", "beans"),
            ("same", " are best."),
        ],
        [("removed", "Gone.")],
    ]
