"""The writer's pages: editing, versions, and taking articles along."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
import sqlalchemy as sa

from igny8_web.extensions import session, transaction
from igny8_web.models import Content, ContentStatus, ContentVersion, Site
from igny8_web.pipeline.text_versions import add_version
from igny8_web.services.accounts import create_user

from ..factories import make_content, make_site
from ..visitor import PASSWORD, Visitor
from .pages import main_of

JSON = {"Accept": "application/json"}


@pytest.fixture
def content(site: Site) -> Content:
    with transaction() as db:
        content = make_content(db, site, ContentStatus.REVIEW)
        add_version(db, content, made_by="fake/fake-1", prompt_version="write-content@3")
    return content


def url(content: Content, verb: str = "edit") -> str:
    return f"/sites/brew-notes/content/{content.id}/{verb}"


def now(content: Content) -> Content:
    session().expire_all()
    return session().get_one(Content, content.id)


def test_the_editor_is_answered_in_json_and_a_plain_form_with_a_page(
    owner_client: Visitor, content: Content
) -> None:
    typed = {"html": "<h2>Beans</h2><p>Fresher ones.</p>", "revision": "1"}
    saved = owner_client.submit(url(content), data=typed, headers=JSON)
    assert saved.get_json()["data"]["revision"] == 2

    plain = owner_client.submit(url(content), data={"title": "Fresh beans", "revision": "2"})
    assert plain.location == url(content, "").rstrip("/")
    assert (now(content).title, now(content).html) == ("Fresh beans", typed["html"])


def test_who_comes_too_late_is_told_by_whom_and_nothing_is_overwritten(
    owner_client: Visitor, content: Content
) -> None:
    create_user("other@brew.example", PASSWORD)
    other = owner_client.application.test_client()
    assert isinstance(other, Visitor)
    other.sign_in("other@brew.example")
    other.submit(url(content), data={"title": "Theirs", "revision": "1"}, headers=JSON)

    late = {"title": "Ours", "revision": "1"}
    script = owner_client.submit(url(content), data=late, headers=JSON)
    page = owner_client.submit(url(content), data=late)

    assert script.status_code == page.status_code == 409
    error = script.get_json()["error"]
    assert (error["code"], error["by"], error["revision"]) == ("outdated", "other@brew.example", 2)
    assert 'value="Ours"' in page.text, "what was typed stays"
    assert "other@brew.example saved another text meanwhile" in page.text
    assert now(content).title == "Theirs"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": " "}, "title"),
        ({"html": "<p> </p>"}, "html"),
        ({"slug": "No Address!"}, "slug"),
        ({"meta_title": "x" * 201}, "meta_title"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    owner_client: Visitor, content: Content, data: dict[str, str], field: str
) -> None:
    answer = owner_client.submit(url(content), data=data | {"revision": "1"}, headers=JSON)

    assert answer.status_code == 422
    assert answer.get_json()["error"]["field"] == field
    assert owner_client.submit(url(content), data=data | {"revision": "1"}).status_code == 422
    assert now(content).revision == 1


def test_nothing_that_an_editor_pastes_can_run(owner_client: Visitor, content: Content) -> None:
    nasty = '<p onclick="x()">Hello <script>x()</script><img src=x onerror=x()></p>'
    owner_client.submit(url(content), data={"html": nasty, "revision": "1"}, headers=JSON)

    assert now(content).html == "<p>Hello </p>"


def test_the_panel_beside_the_editor_is_a_part_of_a_page(
    owner_client: Visitor, content: Content
) -> None:
    part = owner_client.get(url(content, "seo"), headers={"HX-Request": "true"})

    assert "<html" not in part.text
    assert "pixels" in part.text
    assert "Not answered:" in part.text or "Answered:" in part.text


def test_an_approved_article_has_no_editor(owner_client: Visitor, content: Content) -> None:
    with transaction() as db:
        db.get_one(Content, content.id).status = ContentStatus.APPROVED

    page = owner_client.get(url(content)).text
    refused = owner_client.submit(url(content), data={"title": "No", "revision": "1"}, headers=JSON)

    assert "bring it back to review first" in page
    assert "squire" not in page
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "wrong_state")


def test_versions_say_who_made_them_from_what_and_can_be_taken_back(
    owner_client: Visitor, content: Content
) -> None:
    first = content.html
    owner_client.submit(url(content), data={"html": "<p>Other.</p>", "revision": "1"}, headers=JSON)

    page = main_of(owner_client.get(url(content, "versions/")).text)
    assert re.findall(r">Version (\d)<", page) == ["2", "1"]
    assert "owner@example.com" in page
    assert "fake/fake-1" in page
    assert "write-content@3" in page
    changed = main_of(owner_client.get(url(content, "versions/2")).text)
    assert "<ins>" in changed
    assert "<del>" in changed

    back = owner_client.submit(url(content, "versions/1/restore"))
    assert "Version 1 is in use again." in owner_client.get(back.location).text
    assert now(content).html == first
    count = sa.select(sa.func.count()).select_from(ContentVersion)
    assert session().scalar(count) == 3


def test_chosen_articles_are_taken_along_as_pages_markdown_and_a_table(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction() as db:
        theirs = make_content(db, make_site(db, "other"))
        another = make_content(db, site)
    base = f"/sites/{site.slug}/content"

    answer = owner_client.submit(f"{base}/download", data={"id": [content.id, theirs.id]})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        names = bundle.namelist()
    assert [name for name in names if name.endswith(".md")]
    assert not [name for name in names if theirs.slug in name or another.slug in name]

    table = owner_client.submit(f"{base}/table?status=review", data={"all": "1"})
    rows = list(csv.DictReader(io.StringIO(table.get_data().decode("utf-8-sig"))))
    assert [row["Title"] for row in rows] == [content.title]


def test_pages_about_another_sites_article_are_not_found(owner_client: Visitor, site: Site) -> None:
    with transaction() as db:
        theirs = make_content(db, make_site(db, "other"), ContentStatus.REVIEW)
    for verb in ("edit", "seo", "versions/", "versions/1", "download"):
        assert owner_client.get(url(theirs, verb)).status_code == 404, verb
    data = {"title": "Mine", "revision": "1"}
    assert owner_client.submit(url(theirs), data=data, headers=JSON).status_code == 404
    assert owner_client.submit(url(theirs, "versions/1/restore")).status_code == 404


def test_a_text_is_changed_where_it_is_reviewed(owner_client: Visitor, content: Content) -> None:
    review = f"/sites/brew-notes/review/{content.id}"
    assert f'href="{review}?edit=1"' in owner_client.get(review).text

    page = main_of(owner_client.get(f"{review}?edit=1").text)
    assert 'id="editor-form"' in page
    assert f"{review}/approve" not in page, "of a text that is being changed"
    data = {"title": "Fresh beans", "revision": "1"}
    assert owner_client.submit(url(content) + "?to=review", data=data).location == review
    with transaction() as db:
        db.get_one(Content, content.id).status = ContentStatus.APPROVED
    assert 'id="editor-form"' not in owner_client.get(f"{review}?edit=1").text
