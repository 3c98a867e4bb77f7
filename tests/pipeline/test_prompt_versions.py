"""Each result says which version of a prompt made it, after a crash too."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import AiCall, Cluster, Content, Idea, Image, PromptVersion, Site
from igny8_web.pipeline.prompt_versions import wordings_of
from igny8_web.pipeline.prompts import built_in
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.services import automation

from ..engine import Rings, at_work, let_leases_run_out, reading, refreshed
from ..factories import make_keywords
from ..fakes import FakeProvider
from .conftest import StartIdeas

TASK = "develop-ideas"


def say(site: Site, text: str | None, number: int, task: str = TASK) -> None:
    with transaction() as db:
        db.add(PromptVersion(site_id=site.id, stage=task, number=number, text=text))


@pytest.fixture
def reader(provider: FakeProvider) -> FakeProvider:
    """A provider that is asked in words."""
    provider.reads_prompts = True
    return provider


def versions(model: type[AiCall | Cluster | Content | Idea | Image]) -> list[str | None]:
    with reading() as db:
        return list(db.scalars(sa.select(model.prompt_version).order_by(model.id)))


@pytest.mark.each_database
def test_of_a_sites_versions_the_latest_counts(site: Site) -> None:
    say(site, "One.", 1)
    say(site, "Two.", 2)
    say(site, "Draw.", 1, "write-image-prompts")
    assert {task: (w.template, w.version) for task, w in wordings_of(site.id).items()} == {
        TASK: ("Two.", "develop-ideas@2"),
        "write-image-prompts": ("Draw.", "write-image-prompts@1"),
    }
    say(site, None, 3)
    assert set(wordings_of(site.id)) == {"write-image-prompts"}


def test_a_site_asks_in_its_own_words_and_each_result_says_in_which(
    site: Site, rings: Rings, sent: list[tuple[str, str]]
) -> None:
    with transaction() as db:
        db.get_one(Site, site.id).tone = "dry as dust"
        make_keywords(db, site, 2)
    say(site, "Be {{ tone }} about {{ cluster_count }}.", 1)

    run = automation.run_now(site)
    rings.answer_all()

    assert refreshed(run).status == "completed"
    [(system, user)] = [each for each in sent if each[0].startswith(f"Task: {TASK}\n")]
    assert system.startswith(f"Task: {TASK}\n\nBe dry as dust about 1.\n\n")
    assert "dry as dust" not in user
    names = ("cluster-keywords", "write-content", "write-image-prompts")
    clusters, content, prompts = (built_in(name).version for name in names)
    assert versions(Cluster) == [clusters]
    assert versions(Idea) == ["develop-ideas@1"]
    assert versions(Content) == [content]
    assert set(versions(Image)) == {prompts}
    assert {None, clusters, "develop-ideas@1", content, prompts} == set(versions(AiCall))


def test_a_provider_that_reads_no_prompt_leaves_no_version(
    start_ideas: StartIdeas, site: Site, rings: Rings, provider: FakeProvider
) -> None:
    say(site, "One.", 1)
    start_ideas(1)
    rings.answer_all()

    assert (versions(AiCall), versions(Idea)) == ([None], [None])


def test_an_answer_that_outlived_a_crash_keeps_the_version_it_was_asked_with(
    start_ideas: StartIdeas, site: Site, rings: Rings, reader: FakeProvider
) -> None:
    say(site, "One.", 1)
    run = start_ideas(1)
    crash_with_the_answer(run.stages[0])

    rings.answer_all()

    assert len(reader.asked) == 1, "the recorded answer was used"
    assert (versions(AiCall), versions(Idea)) == (["develop-ideas@1"], ["develop-ideas@1"])


def test_another_prompt_is_another_question(
    start_ideas: StartIdeas, site: Site, rings: Rings, reader: FakeProvider
) -> None:
    say(site, "One.", 1)
    run = start_ideas(1)
    crash_with_the_answer(run.stages[0])
    say(site, "Two.", 2)

    rings.answer_all()

    assert len(reader.asked) == 2
    assert versions(Idea) == ["develop-ideas@2"]
    assert versions(AiCall) == ["develop-ideas@1", "develop-ideas@2"]


def crash_with_the_answer(stage_run: object) -> None:
    """A worker asks, records the answer, and dies before it is stored."""
    lane = at_work(stage_run)
    lane.work(lane.step([], None, lost=False))
    let_leases_run_out(stage_run)
    reconcile()
