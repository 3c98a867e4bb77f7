"""A picture's page, and its place in the text."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image as Pixels

from igny8_web.extensions import transaction
from igny8_web.models import Content, ContentStatus, Image, Site

from ..engine import Rings
from ..factories import make_content, make_site
from ..visitor import Visitor
from .pages import main_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    return empty_valkey


@pytest.fixture
def content(site: Site) -> Content:
    with transaction() as db:
        return make_content(db, site, ContentStatus.REVIEW, images=1)


def url(site: Site, content: Content, verb: str = "") -> str:
    return f"/sites/{site.slug}/images/{content.images[0].id}/{verb}"


def article(site: Site, content: Content, room: str = "content") -> str:
    return f"/sites/{site.slug}/{room}/{content.id}"


def png(width: int = 1200, height: int = 630) -> io.BytesIO:
    out = io.BytesIO()
    Pixels.new("RGB", (width, height), "teal").save(out, "PNG")
    out.seek(0)
    return out


def figure_of(page: str) -> str:
    found = re.search(r"<figure id=.*?</figure>", page, re.S)
    assert found, page
    return found[0]


@pytest.mark.parametrize("room", ["content", "review"])
def test_pictures_are_changed_from_where_they_are_read(
    owner_client: Visitor, site: Site, content: Content, room: str
) -> None:
    figure = figure_of(owner_client.get(article(site, content, room)).text)

    assert f'href="{url(site, content)}?to={room}"' in figure
    for verb, data in (("describe", {"prompt": "A red cup.", "alt": "A red cup"}), ("again", {})):
        answer = owner_client.submit(f"{url(site, content, verb)}?to={room}", data=data)
        anchor = f"#picture-{content.images[0].id}"
        assert answer.location == article(site, content, room) + anchor


def test_the_place_in_the_text_asks_again_while_a_picture_is_made(
    owner_client: Visitor, site: Site, content: Content, rings: Rings
) -> None:
    owner_client.submit(f"{url(site, content, 'again')}?to=content")

    before = figure_of(owner_client.get(article(site, content)).text)
    asks = re.search(r'hx-get="([^"]+)"', before)
    assert asks
    assert "Being made" in before
    rings.answer_all()
    after = owner_client.get(asks[1], headers=HTMX).text

    assert "hx-get" not in after
    assert "/media/images/" in after
    assert "Make another" in after


def test_one_page_shows_all_of_a_picture_with_and_without_scripts(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    page = owner_client.get(url(site, content))
    part = owner_client.get(url(site, content), headers=HTMX)

    assert "<html" in page.text
    assert "<html" not in part.text
    assert part.headers["Vary"]
    assert "HX-Request" in part.headers["Vary"]
    for text in (page.text, part.text):
        assert "A cup of coffee." in text
        assert "It is cut to 1200 × 630 pixels." in text


def test_words_that_cannot_be_kept_come_back_with_the_reason(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    answer = owner_client.submit(
        url(site, content, "describe"), data={"prompt": "", "alt": "A <red> cup"}
    )

    assert answer.status_code == 422
    assert "The prompt is empty." in answer.text
    assert 'value="A &lt;red&gt; cup"' in answer.text


def test_a_picture_of_ones_own_is_put_in_place(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    answer = owner_client.submit(
        f"{url(site, content, 'upload')}?to=review", data={"file": (png(), "mine.png")}
    )

    assert answer.location.startswith(article(site, content, "review"))
    assert "Your picture is in its place." in owner_client.get(answer.location).text
    page = main_of(owner_client.get(url(site, content)).text)
    assert "uploaded by owner@example.com" in page
    assert "In use" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose a picture first."),
        ({"file": (io.BytesIO(b"<html>"), "page.png")}, "This is no picture"),
    ],
)
def test_a_file_that_is_none_is_refused_beside_its_field(
    owner_client: Visitor, site: Site, content: Content, data: dict[str, object], words: str
) -> None:
    answer = owner_client.submit(url(site, content, "upload"), data=data)

    assert answer.status_code == 422
    assert re.search(rf'id="error-file"[^>]*>{words}', answer.text)


def test_an_approved_article_offers_no_change_in_its_text(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction() as db:
        db.get_one(Content, content.id).status = ContentStatus.APPROVED

    assert "Change picture" not in owner_client.get(article(site, content)).text
    page = main_of(owner_client.get(url(site, content)).text)
    assert "its pictures stay as they are" in page
    assert "<form" not in page


def test_a_picture_of_another_site_is_not_found(owner_client: Visitor, site: Site) -> None:
    with transaction() as db:
        theirs: Image = make_content(db, make_site(db, "other"), images=1).images[0]
    base = f"/sites/{site.slug}/images/{theirs.id}/"

    assert owner_client.get(base).status_code == 404
    assert owner_client.get(base + "figure").status_code == 404
    for verb in ("describe", "upload", "again", "use/1"):
        assert owner_client.submit(base + verb).status_code == 404, verb
