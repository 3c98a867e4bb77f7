"""Keywords to images, page by page."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from flask import Flask

from igny8_web.extensions import transaction
from igny8_web.models import Content, Image, ImageStatus, Keyword, Site

from ..factories import make_clusters, make_content, make_image, make_keywords, make_site
from .conftest import Api, problem, queries_counted

NOUNS = ["keywords", "clusters", "ideas", "tasks", "content", "images"]


@pytest.fixture
def article(site: Site) -> Content:
    """A content with two images, and all that it came from."""
    with transaction() as db:
        return make_content(db, site, images=2)


def test_a_list_of_an_empty_site_is_empty(api: Api, site: Site) -> None:
    for noun in NOUNS:
        assert api.get(f"/{noun}/", site_id=site.id).json == {"data": [], "next": None}


@pytest.mark.each_database
def test_every_item_carries_the_ids_of_its_parents(api: Api, site: Site, article: Content) -> None:
    first = {noun: api.get(f"/{noun}/", site_id=site.id).json["data"][0] for noun in NOUNS}  # type: ignore[index]
    idea, task, content = first["ideas"]["id"], first["tasks"]["id"], first["content"]["id"]
    chain = {"cluster_id": first["clusters"]["id"]}
    parents = {noun: {k: v for k, v in item.items() if k in EVER} for noun, item in first.items()}
    assert parents == {
        "clusters": {},
        "keywords": chain,
        "ideas": chain,
        "tasks": {**chain, "idea_id": idea},
        "content": {**chain, "idea_id": idea, "task_id": task},
        "images": {**chain, "idea_id": idea, "task_id": task, "content_id": content},
    }


EVER = {"cluster_id", "idea_id", "task_id", "content_id"}


def test_a_content_has_its_text_and_meta_data(api: Api, site: Site, article: Content) -> None:
    (content,) = api.get("/content/", site_id=site.id).json["data"]  # type: ignore[index]
    for field in (
        "html", "slug", "title", "meta_title", "meta_description", "excerpt", "word_count"
    ):  # fmt: skip
        assert content[field] == getattr(article, field)
    assert content["status"] == "draft"


def test_an_image_has_a_url_once_it_has_a_file(api: Api, site: Site, article: Content) -> None:
    with transaction() as db:
        image = db.get_one(Image, article.images[0].id)
        image.status, image.file = ImageStatus.GENERATED, "images/ab/abc.webp"
        image.width, image.height = 1200, 630
    made, pending = api.get("/images/", site_id=site.id).json["data"]  # type: ignore[index]
    assert (made["url"], made["width"], made["height"]) == ("/media/images/ab/abc.webp", 1200, 630)
    assert (made["kind"], made["position"], made["status"]) == ("featured", 0, "generated")
    assert (pending["url"], pending["kind"], pending["status"]) == (None, "in-article", "pending")
    assert "file" not in made


def test_what_a_keyword_file_did_not_know_is_null(api: Api, site: Site) -> None:
    with transaction() as db:
        make_keywords(db, site, 1)
    (keyword,) = api.get("/keywords/", site_id=site.id).json["data"]  # type: ignore[index]
    unknown = ("volume", "difficulty", "cpc", "intent", "country", "cluster_id")
    assert {keyword[field] for field in unknown} == {None}


@pytest.mark.each_database
def test_money_is_a_number(api: Api, site: Site) -> None:
    with transaction() as db:
        db.get_one(Keyword, make_keywords(db, site, 1)[0].id).cpc = 2.35  # type: ignore[assignment]
    (keyword,) = api.get("/keywords/", site_id=site.id).json["data"]  # type: ignore[index]
    assert keyword["cpc"] == 2.35


@pytest.mark.each_database
def test_pages_show_every_row_once_while_rows_are_added(api: Api, site: Site) -> None:
    with transaction() as db:
        wanted = [keyword.id for keyword in make_keywords(db, site, 7)]
    seen, cursor = [], None
    while True:
        query = {"cursor": cursor} if cursor else {}
        page = api.get("/keywords/", site_id=site.id, limit=3, **query).json
        assert page is not None
        seen += [keyword["id"] for keyword in page["data"]]
        cursor = page["next"]
        if cursor is None:
            break
        if len(seen) == 3:
            with transaction() as db:
                wanted += [keyword.id for keyword in make_keywords(db, site, 1)]
    assert seen == wanted


def test_a_last_page_that_is_full_says_that_it_is_the_last(api: Api, site: Site) -> None:
    with transaction() as db:
        make_keywords(db, site, 3)
    page = api.get("/keywords/", site_id=site.id, limit=3).json
    assert page is not None
    assert (len(page["data"]), page["next"]) == (3, None)


def test_a_list_is_of_one_site_and_one_status(api: Api, site: Site) -> None:
    with transaction() as db:
        other = make_site(db, "tea-notes")
        make_keywords(db, other, 2)
        new = make_keywords(db, site, 2)
        make_clusters(db, site, 1)
    page = api.get("/keywords/", site_id=site.id, status="new").json
    assert page is not None
    assert [keyword["id"] for keyword in page["data"]] == [keyword.id for keyword in new]


def test_a_list_takes_the_same_number_of_queries_however_long_it_is(
    app: Flask, api: Api, site: Site
) -> None:
    counts = set()
    for _ in range(2):
        with transaction() as db:
            for _ in range(3):
                make_image(db, make_content(db, site))
        for noun in NOUNS:
            with queries_counted(app) as queries:
                api.get(f"/{noun}/", site_id=site.id)
            counts.add(len(queries))
    assert counts == {3}  # the token's account, the site, the rows


def test_an_unknown_status_is_refused_with_the_known_ones(api: Api, site: Site) -> None:
    for noun in NOUNS:
        answer = api.get(f"/{noun}/", site_id=site.id, status="lost")
        assert answer.status_code == 422
        message = problem(answer)["message"]
        assert message.startswith("status: ")
        assert KNOWN[noun] in message


KNOWN = {
    "keywords": "'new', 'mapped', 'archived' or 'deleted'",
    "clusters": "'new' or 'mapped'",
    "ideas": "'new', 'queued', 'refused' or 'discarded'",
    "tasks": "'queued' or 'completed'",
    "content": "'draft', 'review', 'approved', 'published' or 'sent_back'",
    "images": "'pending', 'generated' or 'failed'",
}


def test_a_cursor_that_no_list_gave_out_is_refused(api: Api, site: Site) -> None:
    for text in ("12", "id:-1", "id:1 OR 1", "id:" + "9" * 30, "id:\0", "id:٣"):
        cursor = urlsafe_b64encode(text.encode()).decode()
        answer = api.get("/keywords/", site_id=site.id, cursor=cursor)
        assert answer.status_code == 422
        assert "cursor" in problem(answer)["message"]
    for cursor in ("x", "é", "=", "x" * 101):
        assert api.get("/keywords/", site_id=site.id, cursor=cursor).status_code == 422


def test_a_limit_is_from_1_to_200(api: Api, site: Site) -> None:
    for limit in (0, 201, "many"):
        answer = api.get("/keywords/", site_id=site.id, limit=limit)
        assert answer.status_code == 422
        assert problem(answer)["message"].startswith("limit: ")


def test_an_empty_parameter_is_one_that_is_not_given(api: Api, site: Site) -> None:
    assert api.get("/keywords/", site_id=site.id, status="", cursor="").status_code == 200
