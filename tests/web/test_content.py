from __future__ import annotations

import json
import re
from html import unescape

import pytest

from igny8_web.extensions import transaction
from igny8_web.models import Content, ContentStatus, ImageStatus, Site

from ..factories import make_content
from ..visitor import Visitor
from .conftest import CountQueries
from .pages import link, main_of

HTML = (
    "<p>Hello.</p><h2>Beans</h2><p>Fresh ones.</p><p>More.</p>"
    "<h2>Water</h2><ul><li>Hot</li></ul><script>alert(1)</script>"
)


@pytest.fixture
def content(site: Site) -> Content:
    """An article with a picture above it, one made under its second section, one failed."""
    with transaction() as db:
        content = make_content(db, site, ContentStatus.REVIEW, images=3)
        content.html = HTML
        featured, failed, made = content.images
        for image, name in ((featured, "aa"), (made, "bb")):
            image.status, image.file = ImageStatus.GENERATED, f"images/{name}/{name}.webp"
            image.width, image.height = 1200, 630
        failed.status, failed.error = ImageStatus.FAILED, "Out of <paint>."
        return content


def read(client: Visitor, site: Site, content: Content) -> str:
    return main_of(client.get(f"/sites/{site.slug}/content/{content.id}").text)


def outline(page: str) -> list[str]:
    """What stands in the article, in order: h2, p, li, and img or missing for figures."""
    article = page[page.index("<article") : page.index("</article>")]
    found = re.findall(r"<(h2|li|script|img|p)\b|(missing-picture)\"", article)
    return [tag or "missing" for tag, missing in found]


def test_pictures_stand_above_the_article_and_under_their_sections(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    page = read(owner_client, site, content)
    inside_the_placeholder = ["missing", "p", "p"]
    assert outline(page) == [
        *("img", "p"),
        *("h2", "p", *inside_the_placeholder, "p"),
        *("h2", "li", "img"),
    ]
    assert '<img src="/media/images/aa/aa.webp"' in page
    assert page.index("aa.webp") < page.index("Hello.") < page.index("bb.webp")


def test_a_picture_that_failed_says_why_in_its_place(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    page = read(owner_client, site, content)
    assert "Picture failed" in page
    assert "Out of &lt;paint&gt;." in page
    with transaction():
        content.images[1].status, content.images[1].error = ImageStatus.PENDING, None
    assert "Picture not made yet" in read(owner_client, site, content)


def test_pictures_of_sections_that_are_not_there_come_last(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction():
        content.html = "<h2>Beans</h2><p>Fresh ones.</p>"
    page = read(owner_client, site, content)
    assert outline(page)[-1] == "img"


def test_the_page_tells_what_is_known_of_the_article(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction():
        content.meta_title, content.slug = "Meta & title", "the-slug"
        content.task.idea.keywords[0].phrase = "قهوة <b>"
    page = read(owner_client, site, content)
    cluster = content.task.idea.cluster
    for known in ("Meta &amp; title", "the-slug", "nobody/by-hand", "قهوة &lt;b&gt;", "Review"):
        assert known in page
    assert link(page, cluster.name) == f"/sites/{site.slug}/keywords/?cluster={cluster.id}"
    assert link(page, "Review") == f"/sites/{site.slug}/review/{content.id}"


def test_nothing_in_an_article_can_run(owner_client: Visitor, site: Site, content: Content) -> None:
    with transaction():
        content.html = (
            '<h2 onclick="x()">A</h2><p style="position:fixed">x</p><img src=x onerror=y()>'
            '<iframe src="//evil"></iframe><a href="javascript:z()">z</a><form action="/x"></form>'
        )
    page = read(owner_client, site, content)
    for bad in ("onclick", "onerror", "style=", "<iframe", "javascript:", 'action="/x"'):
        assert bad not in page


def test_the_article_says_its_language(owner_client: Visitor, site: Site, content: Content) -> None:
    with transaction() as db:
        db.merge(site).language = "pt-BR"
    page = read(owner_client, site, content)
    assert '<article class="prose" lang="pt-BR" dir="auto">' in page
    assert page.count("<h1") == 1


def test_reading_takes_few_queries(
    owner_client: Visitor, site: Site, content: Content, count_queries: CountQueries
) -> None:
    with count_queries() as seen:
        read(owner_client, site, content)
    assert len(seen) <= 12


def test_the_page_shows_what_search_engines_are_told_and_runs_none_of_it(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction():
        content.title = "</script><script>alert(1)</script>"
        content.html = "<h2>FAQ</h2><h3>Does it keep?</h3><p>A week.</p>"
    page = read(owner_client, site, content)

    shown = page[page.index("Structured data") :]
    [block] = re.findall(r"<pre[^>]*>(.*?)</pre>", shown, re.S)
    article, faq = json.loads(unescape(block))
    assert article["headline"] == "</script><script>alert(1)</script>"
    assert article["image"][0].endswith("/media/images/aa/aa.webp")
    assert faq["mainEntity"][0]["name"] == "Does it keep?"
    assert "<script" not in shown


def test_links_to_the_own_site_lead_where_it_is_published(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction():
        content.html = '<h2>A</h2><p><a href="/cold-brew/">Cold brew</a></p>'
    page = read(owner_client, site, content)
    assert f'<a href="https://{site.domain}/cold-brew/"' in page
