"""An idea must not repeat what the site has: its ideas, and articles under a later title."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Content, ContentStatus, Idea, Site
from igny8_web.services import automation

from ..engine import Rings, reading, refreshed
from ..factories import make_clusters, make_content, make_idea, make_site
from ..fakes import Data, FakeProvider

pytestmark = pytest.mark.each_database
TASK = "develop-ideas"


def titled(title: str) -> Any:
    def change(data: Data) -> Data:
        return {"ideas": [{**data["ideas"][0], "title": title}]}

    return change


@pytest.fixture
def retitled(site: Site) -> Content:
    """An article that a person gave another title than its idea had, and one of another site."""
    with transaction() as db:
        other = make_content(db, make_site(db, "tea-notes"), ContentStatus.PUBLISHED)
        other.title = "Best milk frothers"
        content = make_content(db, site, ContentStatus.PUBLISHED)
        content.title, content.task.idea.title = "Espresso grinders compared", "Grinding at home"
        return content


def propose(site: Site, rings: Rings) -> Idea:
    """What becomes of the idea for one new cluster."""
    with transaction() as db:
        [cluster] = make_clusters(db, site, 1)
        cluster_id = cluster.id
    run = automation.run_stage(site, TASK, [cluster_id])
    rings.answer_all()
    assert refreshed(run).status == "completed"
    with reading() as db:
        return db.scalars(sa.select(Idea).order_by(Idea.id.desc())).first()


def test_titles_of_ideas_and_later_titles_of_articles_are_told_to_the_provider(
    site: Site, retitled: Content, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        kept = make_content(db, site)
        kept.title = kept.task.idea.title = "Latte art"
        make_idea(db, site).title = "Moka pots"
    propose(site, rings)

    [(_, brief)] = provider.asked
    ideas = ("Moka pots", "Latte art", "Grinding at home")
    assert brief.taken_titles == (*ideas, "Espresso grinders compared")


def test_an_idea_that_repeats_an_article_is_refused_with_score_and_reason(
    site: Site, retitled: Content, rings: Rings, provider: FakeProvider
) -> None:
    provider.will(TASK, titled("The best espresso grinder"))
    idea = propose(site, rings)

    assert idea.status == "refused"
    assert idea.refusal is not None
    assert idea.refusal.startswith(
        f"It repeats “Espresso grinders compared” (article {retitled.id}, "
    )
    assert "% alike): two articles would compete" in idea.refusal


def test_the_title_of_its_idea_is_taken_as_well_and_the_nearer_one_is_named(
    site: Site, retitled: Content, rings: Rings, provider: FakeProvider
) -> None:
    provider.will(TASK, titled("Grinding at home"))
    idea = propose(site, rings)

    assert idea.refusal is not None
    assert f"“Grinding at home” (idea {retitled.task.idea_id}, 100% alike)" in idea.refusal


def test_what_another_site_has_is_free(
    site: Site, retitled: Content, rings: Rings, provider: FakeProvider
) -> None:
    provider.will(TASK, titled("Best milk frothers"))
    assert propose(site, rings).status == "new"
