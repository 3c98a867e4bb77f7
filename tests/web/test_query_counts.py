"""No page asks the database more than twelve times, whatever its length.

Every page of the app is walked: one that is added without a place below fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web.extensions import session, transaction
from igny8_web.models import (
    Cluster,
    Content,
    ContentStatus,
    Image,
    Keyword,
    Run,
    Site,
    User,
)
from igny8_web.pipeline import text_versions
from igny8_web.services import automation, images, prompts
from igny8_web.services.prompts.tasks import find_task

from ..engine import Rings
from ..factories import make_content, make_keywords
from ..visitor import Visitor
from .conftest import CountQueries

MOST = 12

PAGES = {
    "automation.card": "automation/runs/{run}/card",
    "automation.index": "automation/",
    "automation.metrics": "automation/metrics",
    "automation.show": "automation/runs/{run}",
    "cluster.show": "clusters/{cluster}/",
    "clusters.index": "clusters/",
    "clusters.names": "clusters/names?cluster=c",
    "content.index": "content/",
    "content.show": "content/{content}",
    "dashboard.show": "",
    "editing.edit": "content/{content}/edit",
    "editing.seo": "content/{content}/seo",
    "exports.article": "content/{content}/download",
    "ideas.index": "ideas/",
    "ideas.show": "ideas/{idea}",
    "images.index": "images/",
    "item_log.show": "log/cluster-keywords/{keyword}",
    "keyword_forms.edit": "keywords/{keyword}",
    "keyword_forms.new": "keywords/new",
    "keywords.index": "keywords/",
    "keywords.upload": "keywords/import",
    "money.estimate": "automation/estimate",
    "picture.figure": "images/{image}/figure",
    "picture.show": "images/{image}/",
    "prompts.index": "settings/prompts/",
    "prompts.show": "settings/prompts/write-content",
    "prompts.version": "settings/prompts/write-content/versions/1",
    "providers.form": "settings/texts",
    "review.index": "review/",
    "review.show": "review/{content}",
    "run_items.index": "automation/runs/{run}/stages/draw-images",
    "site_settings.index": "settings/",
    "tasks.index": "tasks/",
    "versions.index": "content/{content}/versions/",
    "versions.show": "content/{content}/versions/1",
}
"""Below a site, by endpoint."""

ELSEWHERE = {
    "auth.login": "/login",
    "dashboard.sites": "/sites/",
    "prices.index": "/settings/prices/",
    "settings.index": "/settings/",
    "sites.go": "/sites/go?site=brew-notes",
    "sites.new": "/sites/new",
    "sites.start": "/",
}

NO_PAGES = {
    "auth.setup",  # once in the life of an installation
    "health.check",
    "health.ready",
    "media.show",
    "metrics.show",  # has a test of its own
    "prices.show",
    "static",
    "static_any",
}


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    return empty_valkey


@pytest.fixture
def places(site: Site, rings: Rings, owner: User) -> dict[str, object]:
    """A site with more of everything than one page shows; what stands in the URLs."""
    prompts.save(
        site, find_task("write-content"), "Write for {{ audience }}.", based_on=0, author=owner
    )
    with transaction() as db:
        contents = [make_content(db, site, ContentStatus.REVIEW, images=1) for _ in range(60)]
        for content in contents[:3]:
            text_versions.add_version(db, content, made_by="nobody/by-hand")
        cluster = db.scalars(sa.select(Cluster).order_by(Cluster.id)).first()
        make_keywords(db, site, 120, cluster)
        make_keywords(db, site, 120)
        chosen = [image.id for image in db.scalars(sa.select(Image).limit(30))]
    run = images.generate(site, chosen)
    rings.answer_all()
    return _places(run)


def _places(run: Run) -> dict[str, object]:
    content = session().scalars(sa.select(Content).order_by(Content.id)).first()
    assert content
    return {
        "run": run.run_id,
        "cluster": content.task.idea.cluster_id,
        "content": content.id,
        "idea": content.task.idea_id,
        "image": content.images[0].id,
        "keyword": session().scalar(sa.select(sa.func.max(Keyword.id))),
    }


def pages_of(app: Flask) -> Iterator[str]:
    """The endpoint of every page; the API answers lists of its own."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("api."):
            yield rule.endpoint


def questions(seen: list[str]) -> list[str]:
    """Without the statements that only open a transaction."""
    return [statement for statement in seen if statement.startswith("SELECT")]


def test_every_page_of_the_app_is_walked(app: Flask) -> None:
    assert set(pages_of(app)) == PAGES.keys() | ELSEWHERE.keys() | NO_PAGES


def test_no_page_asks_more_than_twelve_times(
    owner_client: Visitor,
    site: Site,
    places: dict[str, object],
    count_queries: CountQueries,
) -> None:
    urls = {
        name: f"/sites/{site.slug}/{path.format_map(places)}" for name, path in PAGES.items()
    } | ELSEWHERE
    asked = {}
    for name, url in urls.items():
        with count_queries() as seen:
            answer = owner_client.get(url)
        assert answer.status_code in (200, 204, 302), (url, answer.status_code)
        asked[name] = len(questions(seen))

    assert {name: number for name, number in asked.items() if number > MOST} == {}
    assert asked["keywords.index"] > 2, "they are counted at all"


def test_a_live_run_makes_its_pages_no_dearer(
    owner_client: Visitor, site: Site, count_queries: CountQueries, places: dict[str, object]
) -> None:
    run = automation.run_now(site)
    base = f"/sites/{site.slug}/"
    for path in ("", "automation/", f"automation/runs/{run.run_id}/stages/cluster-keywords"):
        with count_queries() as seen:
            assert owner_client.get(base + path).status_code == 200
        assert len(questions(seen)) <= MOST, path
