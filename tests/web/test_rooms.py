from __future__ import annotations

import re
from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from igny8_web.extensions import session, transaction
from igny8_web.models import (
    Cluster,
    Content,
    ContentStatus,
    Idea,
    Image,
    ImageStatus,
    Keyword,
    Site,
    Task,
)

from ..factories import make_cluster, make_content, make_site
from ..visitor import Visitor
from .conftest import CountQueries
from .pages import link, main_of, places

LISTS = {
    "keywords": (Keyword, "phrase"),
    "clusters": (Cluster, "name"),
    "ideas": (Idea, "title"),
    "tasks": (Task, "title"),
    "content": (Content, "title"),
    "images": (Image, "alt"),
    "review": (Content, "title"),
}
ALL_LISTS = pytest.mark.parametrize("room", LISTS)
PAGING = {"keywords": ("Next page", "Previous page"), "review": ("Later", "Earlier")}
"""What the links to the next and the previous page are called; elsewhere Older and Newer."""
MOST_QUERIES = 12
NO_CURSORS = ("x", "1_2_3", "9" * 400, "-", "1_", "' OR 1=1")


@pytest.fixture
def other(app: object) -> Site:
    with transaction() as db:
        return make_site(db, "trail-and-tarp")


def fill(site: Site, articles: int, mark: str = "") -> None:
    """Articles in review, each with all that it came from; ``mark`` stands in every name."""
    with transaction() as db:
        for _ in range(articles):
            content = make_content(db, site, ContentStatus.REVIEW, images=1)
            rename(db, content, mark)


def rename(db: Session, content: Content, mark: str) -> None:
    idea = content.task.idea
    for row in (content, content.task, idea):
        row.title = f"{mark}{row.title}"
    idea.cluster.name = f"{mark}{idea.cluster.name}"
    for keyword in idea.keywords:
        keyword.phrase = f"{mark}{keyword.phrase}"
    for image in content.images:
        image.alt = f"{mark}{image.alt}, of {content.id}"


def names(room: str, site: Site) -> list[str]:
    model, column = LISTS[room]
    return list(session().scalars(sa.select(getattr(model, column)).filter_by(site_id=site.id)))


def walk(client: Visitor, url: str | None, label: str) -> list[str]:
    """The pages from ``url`` on, following the link of this label."""
    pages = []
    while url:
        pages.append(main_of(client.get(url).text))
        url = link(pages[-1], label)
    return pages


def shown_in_order(pages: list[str], candidates: list[str]) -> list[str]:
    """Which of the names the pages show, in order, each as often as it is shown as a row."""
    text = "\n".join(pages)
    found = [(match.start(), name) for name in candidates for match in rows_of(name, text)]
    return [name for _, name in sorted(found)]


def rows_of(name: str, text: str) -> list[re.Match[str]]:
    cell = rf'(?:scope="row"[^>]*>|<h2[^>]*>|class="choice">)(?:\s|<[^>]*>)*{re.escape(name)}<'
    return list(re.finditer(cell, text))


@ALL_LISTS
def test_a_list_shows_its_site_and_no_other(
    room: str, owner_client: Visitor, site: Site, other: Site
) -> None:
    fill(site, 2, "Ours ")
    fill(other, 2, "Theirs ")
    page = main_of(owner_client.get(f"/sites/{site.slug}/{room}/").text)
    for name in names(room, site):
        assert name in page
    assert "Theirs" not in page


@ALL_LISTS
def test_links_filters_forms_and_paging_keep_the_site(
    room: str, owner_client: Visitor, site: Site, other: Site
) -> None:
    fill(other, 1)
    fill(site, 60)
    page = owner_client.get(f"/sites/{site.slug}/{room}/").text
    older = link(page, PAGING.get(room, ("Older", "Newer"))[0])
    assert older is not None
    for html in (page, owner_client.get(older).text):
        for url in places(html):
            assert url.startswith(f"/sites/{site.slug}/"), url


@ALL_LISTS
def test_paging_shows_every_row_once_and_leads_back(
    room: str, owner_client: Visitor, site: Site
) -> None:
    fill(site, 110)
    down, up = PAGING.get(room, ("Older", "Newer"))
    pages = walk(owner_client, f"/sites/{site.slug}/{room}/", down)
    assert len(pages) > 2
    assert sorted(shown_in_order(pages, names(room, site))) == sorted(names(room, site))

    last = owner_client.get(f"/sites/{site.slug}/{room}/").text
    while url := link(last, down):
        last = owner_client.get(url).text
    back = walk(owner_client, link(last, up), up)
    assert len(back) == len(pages) - 1
    assert shown_in_order(back[-1:], names(room, site)) == shown_in_order(
        pages[:1], names(room, site)
    )


@ALL_LISTS
def test_a_cursor_that_is_none_is_the_beginning(
    room: str, owner_client: Visitor, site: Site
) -> None:
    fill(site, 1)
    for way, cursor in product(("after", "before"), NO_CURSORS):
        query = {way: cursor}
        page = owner_client.get(f"/sites/{site.slug}/{room}/", query_string=query)
        assert page.status_code == 200
        assert names(room, site)[0] in page.text


@ALL_LISTS
def test_the_number_of_queries_does_not_grow_with_the_list(
    room: str, owner_client: Visitor, site: Site, count_queries: CountQueries
) -> None:
    fill(site, 3)
    with count_queries() as few:
        owner_client.get(f"/sites/{site.slug}/{room}/")
    fill(site, 60)
    with count_queries() as many:
        owner_client.get(f"/sites/{site.slug}/{room}/")
    assert len(many) == len(few) <= MOST_QUERIES


@ALL_LISTS
def test_an_empty_room_says_what_to_do_next(room: str, owner_client: Visitor, site: Site) -> None:
    page = owner_client.get(f"/sites/{site.slug}/{room}/").text
    assert 'class="empty-state"' in page
    if room == "keywords":
        assert link(page, "Import keywords") == f"/sites/{site.slug}/keywords/import"
    else:
        assert link(page, "Open automation") == f"/sites/{site.slug}/automation/"


@ALL_LISTS
def test_a_page_is_sound(room: str, owner_client: Visitor, site: Site) -> None:
    fill(site, 2)
    html = owner_client.get(f"/sites/{site.slug}/{room}/").text
    assert html.count("<h1") == 1
    assert all("scope=" in cell for cell in re.findall(r"<th\b[^>]*>", html))
    assert not re.findall(r"\sstyle=|\son\w+=|<script>", html)
    for image in re.findall(r"<img\b[^>]*>", main_of(html)):
        assert all(f"{name}=" in image for name in ("alt", "width", "height", "loading"))


@ALL_LISTS
def test_names_are_shown_as_text_in_a_direction_of_their_own(
    room: str, owner_client: Visitor, site: Site
) -> None:
    fill(site, 1, "<script>alert(1)</script> قهوة ☕ ")
    page = main_of(owner_client.get(f"/sites/{site.slug}/{room}/").text)
    assert "<script>" not in page
    assert '<bdi dir="auto">&lt;script&gt;alert(1)&lt;/script&gt; قهوة ☕' in page


@ALL_LISTS
def test_a_room_of_no_site_is_not_found(room: str, owner_client: Visitor) -> None:
    assert owner_client.get(f"/sites/nowhere/{room}/").status_code == 404


def test_the_filter_counts_and_chooses_by_status(owner_client: Visitor, site: Site) -> None:
    fill(site, 3)
    with transaction() as db:
        first = db.scalars(sa.select(Image).order_by(Image.id)).first()
        assert first is not None
        first.status, first.error = ImageStatus.FAILED, "Out of paint."
    page = owner_client.get(f"/sites/{site.slug}/images/").text
    assert link(page, "All 3") is not None
    assert link(page, "Pending 2") is not None
    assert link(page, "Generated 0") is not None
    failed = link(page, "Failed 1")
    assert failed == f"/sites/{site.slug}/images/?status=failed"
    chosen = main_of(owner_client.get(failed).text)
    assert "Out of paint." in chosen
    assert chosen.count('class="picture"') == 1
    none = main_of(owner_client.get(f"/sites/{site.slug}/images/?status=generated").text)
    assert "Nothing here has this status." in none
    unknown = main_of(owner_client.get(f"/sites/{site.slug}/images/?status=painted").text)
    assert unknown.count('class="picture"') == 3


def test_paging_keeps_filter_and_cluster(owner_client: Visitor, site: Site) -> None:
    with transaction() as db:
        make_cluster(db, site, keywords=2)
        cluster = make_cluster(db, site, keywords=60)
    first = f"/sites/{site.slug}/keywords/?cluster={cluster.id}&status=mapped"
    page = owner_client.get(first).text
    assert cluster.name in page
    older = link(page, "Next page")
    assert older is not None
    assert f"cluster={cluster.id}" in older
    assert "status=mapped" in older
    assert len(re.findall(r'scope="row"', owner_client.get(older).text)) == 10
    assert link(page, "Mapped 60") is not None


def test_another_sites_cluster_is_not_found(owner_client: Visitor, site: Site, other: Site) -> None:
    fill(other, 1)
    theirs = session().scalars(sa.select(Cluster.id).filter_by(site_id=other.id)).one()
    for room in ("keywords", "ideas"):
        for cluster in (theirs, "x", "9" * 30):
            answer = owner_client.get(f"/sites/{site.slug}/{room}/?cluster={cluster}")
            assert answer.status_code == 404


@pytest.mark.parametrize("room", ["content", "review"])
def test_another_sites_article_is_not_found(
    room: str, owner_client: Visitor, site: Site, other: Site
) -> None:
    fill(other, 1)
    theirs = session().scalars(sa.select(Content.id)).one()
    assert owner_client.get(f"/sites/{other.slug}/{room}/{theirs}").status_code == 200
    assert owner_client.get(f"/sites/{site.slug}/{room}/{theirs}").status_code == 404


def test_what_is_unknown_is_a_dash_and_never_zero(owner_client: Visitor, site: Site) -> None:
    with transaction() as db:
        db.add(Keyword(site_id=site.id, phrase="kept beans", folded="kept beans"))
        db.add(Keyword(site_id=site.id, phrase="free beans", folded="free beans", volume=0, cpc=0))
    page = main_of(owner_client.get(f"/sites/{site.slug}/keywords/").text)
    assert cells(page, "kept beans")[:3] == ["–", "–", "–"]
    assert cells(page, "free beans")[:3] == ["0", "–", "$0.00"]
    assert page.index("free beans") < page.index("kept beans")


def test_a_clusters_volume_is_the_sum_of_what_is_known(owner_client: Visitor, site: Site) -> None:
    with transaction() as db:
        known, unknown = make_cluster(db, site, keywords=3), make_cluster(db, site)
        known.keywords[0].volume, known.keywords[1].volume = 1000, 200
    page = main_of(owner_client.get(f"/sites/{site.slug}/clusters/").text)
    assert cells(page, known.name)[:2] == ["3", "1,200"]
    assert cells(page, unknown.name)[:2] == ["1", "–"]


def cells(page: str, name: str) -> list[str]:
    """The texts of the row's cells, without its box and its name."""
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if name in row)
    found = re.findall(r'<td\b(?! class="check")[^>]*>(.*?)</td>', row, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in found]
