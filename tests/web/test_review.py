from __future__ import annotations

import re

import pytest

from igny8_web.extensions import session, transaction
from igny8_web.models import Content, ContentStatus, Site, User

from ..factories import make_content
from ..visitor import Visitor
from .pages import link, main_of


@pytest.fixture
def content(site: Site) -> Content:
    with transaction() as db:
        return make_content(db, site, ContentStatus.REVIEW, images=1)


def now(content: Content) -> Content:
    session().expire_all()
    return content


def url(site: Site, content: Content, verb: str = "") -> str:
    return f"/sites/{site.slug}/review/{content.id}{verb}"


def test_the_queue_leads_to_the_article_and_its_buttons(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    queue = owner_client.get(f"/sites/{site.slug}/review/").text
    assert link(queue, content.title) == url(site, content)
    page = main_of(owner_client.get(url(site, content)).text)
    assert f'action="{url(site, content, "/approve")}"' in page
    assert f'action="{url(site, content, "/send-back")}"' in page
    assert "Fresh ones." in page


def test_a_person_approves(
    owner_client: Visitor, site: Site, content: Content, owner: User
) -> None:
    answer = owner_client.submit(url(site, content, "/approve"))
    assert answer.location == f"/sites/{site.slug}/review/"
    assert now(content).status is ContentStatus.APPROVED
    assert content.reviewed_by_id == owner.id
    queue = owner_client.get(answer.location).text
    assert f"Approved: {content.title}" in queue
    assert link(queue, content.title) is None
    approved = owner_client.get(f"/sites/{site.slug}/review/?status=approved").text
    assert link(approved, content.title) == url(site, content)
    assert owner.email in owner_client.get(url(site, content)).text


def test_what_fails_a_must_is_marked_and_approved_only_with_a_tick(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction():
        content.html += "<h2>Price</h2><p>It costs [insert price].</p>"
        content.score, content.musts_failed = 80, 1
    queue = owner_client.get(f"/sites/{site.slug}/review/").text
    assert "Not ready" in main_of(queue)
    page = main_of(owner_client.get(url(site, content)).text)
    assert "The checklist does not pass yet: “Nothing unfinished”." in " ".join(page.split())
    assert "under “Price”: “[insert price]”" in page

    answer = owner_client.submit(url(site, content, "/approve"))
    assert answer.location == url(site, content), "back to the checklist"
    assert now(content).status is ContentStatus.REVIEW
    assert "is not ready: nothing unfinished" in owner_client.get(answer.location).text

    owner_client.submit(url(site, content, "/approve"), data={"although": "on"})
    assert now(content).status is ContentStatus.APPROVED


def test_a_person_sends_back_with_a_note(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    note = "Which <grinder>?"
    owner_client.submit(url(site, content, "/send-back"), data={"note": note})
    assert now(content).status is ContentStatus.SENT_BACK
    assert link(owner_client.get(f"/sites/{site.slug}/review/").text, content.title) is None
    apart = owner_client.get(f"/sites/{site.slug}/review/?status=sent_back").text
    assert link(apart, content.title) == url(site, content)
    assert "Which &lt;grinder&gt;?" in apart
    assert "Which &lt;grinder&gt;?" in owner_client.get(url(site, content)).text


def test_without_a_note_nothing_is_sent_back_and_the_page_says_so(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    answer = owner_client.submit(url(site, content, "/send-back"), data={"note": "  "})
    assert answer.status_code == 422
    assert "Say what is to be changed." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert now(content).status is ContentStatus.REVIEW


def test_a_decision_that_comes_too_late_is_told(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction():
        content.status = ContentStatus.PUBLISHED
    for verb, data in (("/approve", {}), ("/send-back", {"note": "Wait."})):
        answer = owner_client.submit(url(site, content, verb), data=data, follow_redirects=True)
        assert "is published: it cannot be" in answer.text
    assert now(content).status is ContentStatus.PUBLISHED


@pytest.mark.parametrize("verb", ["/approve", "/send-back"])
def test_only_a_form_of_ours_and_someone_signed_in_can_decide(
    verb: str, client: Visitor, owner: User, site: Site, content: Content
) -> None:
    assert client.submit(url(site, content, verb), data={"note": "x"}).status_code == 302
    client.sign_in(owner.email)
    assert client.get(url(site, content, verb)).status_code == 405
    assert client.post(url(site, content, verb), data={"note": "x"}).status_code == 400
    assert now(content).status is ContentStatus.REVIEW


def test_a_draft_has_no_buttons(owner_client: Visitor, site: Site, content: Content) -> None:
    with transaction():
        content.status = ContentStatus.DRAFT
    page = main_of(owner_client.get(url(site, content)).text)
    assert "/review/" not in "".join(re.findall(r'action="([^"]*)"', page))
    assert "its images are not settled yet" in page
