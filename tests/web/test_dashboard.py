"""The dashboard of a site, and the overview of all."""

from __future__ import annotations

import re

import pytest

from igny8_web.extensions import transaction
from igny8_web.models import ContentStatus, Site
from igny8_web.services import automation

from ..engine import Rings
from ..factories import make_content, make_keywords, make_site
from ..visitor import Visitor
from .conftest import CountQueries
from .pages import link, main_of


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    return empty_valkey


def page_of(client: Visitor, site: Site) -> str:
    return main_of(client.get(f"/sites/{site.slug}/").text)


def test_an_empty_site_says_where_to_begin(owner_client: Visitor, site: Site) -> None:
    page = page_of(owner_client, site)

    assert link(page, "Import keywords") == f"/sites/{site.slug}/keywords/import"


def test_the_flow_shows_what_waits_in_each_room_and_leads_there(
    owner_client: Visitor, site: Site
) -> None:
    with transaction() as db:
        make_keywords(db, site, 3)
        make_content(db, site, ContentStatus.REVIEW)
    page = page_of(owner_client, site)

    waits = dict(re.findall(r'<a href="([^"]+)" aria-label="(\w+: [\d,]+) waiting"', page))
    assert waits[f"/sites/{site.slug}/keywords/?status=new"] == "Keywords: 3"
    assert waits[f"/sites/{site.slug}/review/"] == "Review: 1"
    for url in waits:
        assert owner_client.get(url).status_code == 200, url
    assert link(page, "Review") == f"/sites/{site.slug}/review/"


def test_what_came_out_is_there_for_who_cannot_see_the_bars(
    owner_client: Visitor, site: Site, rings: Rings
) -> None:
    with transaction() as db:
        make_keywords(db, site, 2)
    automation.run_now(site)
    assert "A run is at work." in owner_client.get(f"/sites/{site.slug}/").text
    rings.answer_all()

    page = page_of(owner_client, site)

    told = re.search(r'aria-label="Articles written each week: ([^"]+)"', page)
    assert told
    assert int(told[1].rsplit(" ", 1)[1]) > 0
    assert "/automation/runs/run_" in page


def test_all_sites_lead_to_their_dashboards_in_few_queries(
    owner_client: Visitor, site: Site, count_queries: CountQueries
) -> None:
    with transaction() as db:
        for number in range(30):
            make_content(db, make_site(db, f"site-{number}"), ContentStatus.REVIEW)

    with count_queries() as seen:
        page = main_of(owner_client.get("/sites/").text)

    assert len(re.findall(r'<th scope="row"', page)) == 31
    assert f'href="/sites/{site.slug}/"' in page
    assert "1 waiting on Site 7" in page
    assert len(seen) <= 12


def test_a_site_that_is_not_there_has_no_dashboard(owner_client: Visitor) -> None:
    assert owner_client.get("/sites/no-such-site/").status_code == 404
    assert owner_client.application.test_client().get("/sites/").status_code == 302
