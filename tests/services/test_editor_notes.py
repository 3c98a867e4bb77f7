"""A note to the editor stops being one when the editor has written over it, and not before."""

from __future__ import annotations

import pytest

from igny8_web.extensions import session, transaction
from igny8_web.models import Content, ContentStatus, Site, User
from igny8_web.pipeline.text_versions import add_version
from igny8_web.services import editing

from ..factories import make_content

NOTE = '<p class="editor-note">Say here what the reader should do first of all.</p>'
QUERIES = '<ul class="queries"><li>how to brew</li><li>when to brew</li></ul>'
REST = "<p>Fresh beans are better beans.</p>"


@pytest.fixture
def content(site: Site) -> Content:
    with transaction() as db:
        content = make_content(db, site, ContentStatus.REVIEW)
        content.html = NOTE + QUERIES + REST
        add_version(db, content, made_by="offline/offline-1")
    return content


def saved(site: Site, content: Content, owner: User, *texts: str) -> str:
    """What is kept of the last of these, saved one after the other as an editor does."""
    for text in texts:
        revision = session().get_one(Content, content.id).revision
        session().rollback()
        editing.save(site, content.id, {"html": text}, owner, revision=revision)
    html = session().get_one(Content, content.id).html
    session().rollback()
    return html


def test_a_note_that_was_written_over_is_text(site: Site, content: Content, owner: User) -> None:
    html = saved(site, content, owner, '<p class="editor-note">Rinse the filter.</p>' + REST)

    assert html == "<p>Rinse the filter.</p>" + REST


@pytest.mark.parametrize(
    "touched",
    [NOTE, NOTE.replace("first of all", "first"), NOTE.replace("Say here", "Say right here")],
)
def test_a_note_that_was_merely_touched_is_a_note(
    site: Site, content: Content, owner: User, touched: str
) -> None:
    assert 'class="editor-note"' in saved(site, content, owner, touched + QUERIES + REST + REST)


def test_a_note_that_was_worn_away_word_by_word_is_text(
    site: Site, content: Content, owner: User
) -> None:
    words = ["Say", "here", "what", "the", "reader", "should", "do", "first", "of", "all."]
    steps = [
        f'<p class="editor-note">{" ".join(words[:left])} Rinse it.</p>' + REST
        for left in range(len(words), 0, -1)
    ]

    assert saved(site, content, owner, *steps) == "<p>Say Rinse it.</p>" + REST


def test_a_list_of_queries_that_was_answered_is_a_list(
    site: Site, content: Content, owner: User
) -> None:
    answered = '<ul class="queries"><li>Boil water.</li><li>Wait for it.</li></ul>'

    assert saved(site, content, owner, NOTE + answered) == (
        NOTE + "<ul><li>Boil water.</li><li>Wait for it.</li></ul>"
    )
