"""Ideas that repeat another are refused, and a person may take them all the same."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Idea, IdeaStatus, Site
from igny8_web.services import automation, ideas
from igny8_web.services.errors import NotFound

from ..engine import Rings, reading, stage_of
from ..factories import make_clusters, make_site
from ..fakes import Data, FakeProvider
from ..visitor import Visitor

pytestmark = pytest.mark.usefixtures("owner")


def same_title(data: Data) -> Data:
    for idea in data["ideas"]:
        idea["title"] = "The best espresso grinder"
    return data


@pytest.fixture
def twins(site: Site, rings: Rings, provider: FakeProvider) -> list[Idea]:
    """Two clusters got an idea with the same title."""
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 2)]
    provider.always("develop-ideas", same_title)
    run = automation.run_stage(site, "develop-ideas", ids)
    rings.answer_all()
    assert stage_of(run, "develop-ideas").made == 1
    with reading() as db:
        return list(db.scalars(sa.select(Idea).order_by(Idea.id)))


def test_the_second_of_two_alike_is_refused_and_says_which_it_repeats(twins: list[Idea]) -> None:
    first, second = twins
    assert first.status is IdeaStatus.NEW
    assert second.status is IdeaStatus.REFUSED
    assert second.refusal == (
        f"It repeats “The best espresso grinder” (idea {first.id}, 100% alike): "
        "two articles would compete for the same searches."
    )


def test_a_refused_idea_becomes_no_task(site: Site, twins: list[Idea], rings: Rings) -> None:
    with pytest.raises(automation.NothingWaiting):
        automation.run_stage(site, "queue-tasks", [twins[1].id])


def test_a_person_takes_it_all_the_same_and_only_once(
    site: Site, twins: list[Idea], owner_client: Visitor
) -> None:
    page = owner_client.get(f"/sites/{site.slug}/ideas/?status=refused").text
    assert "100% alike" in page
    owner_client.submit(f"/sites/{site.slug}/ideas/{twins[1].id}/take")
    with reading() as db:
        assert db.get_one(Idea, twins[1].id).status is IdeaStatus.NEW
    with pytest.raises(ideas.WrongState):
        ideas.take_all_the_same(site, twins[1].id)


def test_an_idea_of_another_site_is_not_there(twins: list[Idea]) -> None:
    with transaction() as db:
        other = make_site(db, "other")
    with pytest.raises(NotFound):
        ideas.take_all_the_same(other, twins[1].id)
