"""Every item of every stage of every run can be looked at."""

from __future__ import annotations

import re

import pytest

from igny8_web.extensions import transaction
from igny8_web.models import Run, Site
from igny8_web.services import automation

from ..engine import Rings, refreshed
from ..factories import make_clusters, make_keywords, make_site
from ..fakes import FakeProvider, nonsense
from ..visitor import Visitor
from .conftest import CountQueries
from .pages import main_of


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    return empty_valkey


@pytest.fixture
def run(site: Site, rings: Rings, provider: FakeProvider) -> Run:
    """Ideas for 60 clusters, of which the first failed."""
    with transaction() as db:
        make_clusters(db, site, 60)
    provider.will("develop-ideas", nonsense())
    run = automation.run_now(site)
    rings.answer_all()
    return refreshed(run)


def url(run: Run, slug: str = "develop-ideas", query: str = "") -> str:
    return f"/sites/{run.site.slug}/automation/runs/{run.run_id}/stages/{slug}{query}"


def titles(page: str) -> list[str]:
    return re.findall(r'<th scope="row" class="title">\s*<bdi[^>]*>([^<]+)', page)


def test_a_stage_shows_first_what_needs_a_look(owner_client: Visitor, run: Run) -> None:
    page = main_of(owner_client.get(url(run)).text)

    assert len(titles(page)) == 1
    assert "The request was refused." in page
    assert re.search(r'aria-current="page">\s*Failed\s*<span[^>]*>1<', page)
    assert f"/sites/{run.site.slug}/log/develop-ideas/" in page
    assert "Retry 1 failed cluster" in page


def test_what_is_done_is_paged_in_the_order_of_the_work(owner_client: Visitor, run: Run) -> None:
    first = owner_client.get(url(run, query="?status=done")).text
    further = re.search(r'href="([^"]+)" rel="next"', first)
    assert further
    second = owner_client.get(further[1].replace("&amp;", "&")).text

    assert (len(titles(first)), len(titles(second))) == (50, 9)
    assert not set(titles(first)) & set(titles(second))


def test_the_runs_page_leads_to_the_items_of_its_stages(owner_client: Visitor, run: Run) -> None:
    page = owner_client.get(f"/sites/{run.site.slug}/automation/runs/{run.run_id}").text

    for stage in run.stages:
        assert f'href="{url(run, stage.slug)}"' in page


def test_the_card_leads_to_the_items_and_to_their_logs(
    owner_client: Visitor, site: Site, rings: Rings
) -> None:
    with transaction() as db:
        keywords = make_keywords(db, site, 2)
    run = automation.run_now(site)

    page = owner_client.get(f"/sites/{site.slug}/automation/").text

    assert f'href="{url(run, "cluster-keywords")}"' in page
    assert f'href="{url(run, "write-content")}"' not in page, "nothing is there yet"
    assert f"/sites/{site.slug}/log/cluster-keywords/{keywords[0].id}" in page
    live = owner_client.get(url(run, "cluster-keywords")).text
    assert len(titles(live)) == 2
    assert "Watch the card" in live


@pytest.mark.parametrize("status", ["done", "failed", "pending"])
def test_a_page_of_items_takes_few_queries(
    owner_client: Visitor, run: Run, count_queries: CountQueries, status: str
) -> None:
    with count_queries() as seen:
        assert owner_client.get(url(run, query=f"?status={status}")).status_code == 200

    assert len(seen) <= 12


def test_what_is_not_there_is_not_found(owner_client: Visitor, run: Run) -> None:
    with transaction() as db:
        make_site(db, "other")

    assert owner_client.get(url(run, "no-such-stage")).status_code == 404
    assert owner_client.get(url(run).replace(run.site.slug, "other")).status_code == 404
    assert owner_client.get(url(run).replace(run.run_id, "run_0")).status_code == 404
    nobody = owner_client.application.test_client()
    assert nobody.get(url(run)).status_code == 302
