"""Retry: what failed is tried again, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web.extensions import session, transaction
from igny8_web.models import (
    Cluster,
    ContentStatus,
    Idea,
    Image,
    ImageStatus,
    Run,
    RunItem,
    RunStatus,
    Scope,
    Site,
    Task,
    Trigger,
)
from igny8_web.pipeline.stage import AnyStage
from igny8_web.pipeline.stages import STAGES
from igny8_web.services import automation
from igny8_web.services.automation import AlreadyRunning, NothingWaiting, WrongState
from igny8_web.services.errors import Invalid
from igny8_web.services.retries import retries_of, retry_failed, retryable

from ..engine import Rings, items_of, reading, refreshed, stage_of
from ..factories import make_clusters, make_content, make_idea, make_task
from ..fakes import FakeProvider, nonsense
from ..pipeline.test_stage_contract import MAKERS

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("provider")]

IDEAS, DRAFTS, IMAGES = "develop-ideas", "write-content", "draw-images"


@pytest.fixture
def ideas(site: Site, rings: Rings, provider: FakeProvider) -> Run:
    """Three clusters were to get ideas; the first two failed."""
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 3)]
    provider.will(IDEAS, nonsense(), nonsense())
    run = automation.run_stage(site, IDEAS, ids)
    rings.answer_all()
    return refreshed(run)


@pytest.fixture
def mixed(site: Site, rings: Rings, provider: FakeProvider) -> Run:
    """An automation run in which two clusters and one of two tasks failed."""
    with transaction() as db:
        make_clusters(db, site, 3)
        make_task(db, site)
        make_task(db, site)
        db.execute(sa.update(Cluster).where(Cluster.id > 3).values(status="mapped"))
    provider.will(IDEAS, nonsense(), nonsense())
    provider.will(DRAFTS, nonsense())
    run = automation.run_now(site)
    rings.answer_all()
    return refreshed(run)


def item_ids(run: Run, slug: str, status: str | None = None) -> list[int]:
    items = items_of(stage_of(run, slug))
    return [item.item_id for item in items if status in (None, item.status)]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.slug)
def test_what_failed_in_a_stage_is_tried_again_in_working_order(
    stage: AnyStage, site: Site, rings: Rings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise nonsense()

    with transaction() as db:
        MAKERS[stage.slug](db, site)
        waiting = list(db.scalars(stage.waiting(site.id)))
    run = automation.run_stage(site, stage.slug, waiting)
    with monkeypatch.context() as patch:
        patch.setattr(stage, "work", fail)
        rings.answer_all()
    assert refreshed(run).status == RunStatus.FAILED
    assert retryable(refreshed(run)) == {stage.slug: 3}

    retry = retry_failed(run)
    assert item_ids(retry, stage.slug) == waiting
    rings.answer_all()

    ended = refreshed(retry)
    assert (ended.status, ended.stages[0].processed) == (RunStatus.COMPLETED, 3)
    if stage.slug != "gather-for-review":  # which leaves its articles waiting for a person
        assert retryable(refreshed(run)) == {}


def test_a_retry_is_a_run_over_the_failed_items_and_nothing_else(
    site: Site, ideas: Run, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        new = make_clusters(db, site, 2)
    failed = item_ids(ideas, IDEAS, "failed")
    asked = len(provider.asked)

    retry = retry_failed(ideas, trigger=Trigger.API)
    rings.answer_all()

    ended = refreshed(retry)
    assert (ended.retry_of_id, ended.scope, ended.trigger) == (ideas.id, Scope.SELECTION, "api")
    assert [stage.slug for stage in ended.stages] == [IDEAS]
    assert item_ids(retry, IDEAS) == failed
    assert len(provider.asked) == asked + 2, "a new attempt asks anew"
    assert [run.run_id for run in retries_of(ideas)] == [retry.run_id]
    with reading() as db:
        assert {db.get_one(Cluster, cluster.id).status for cluster in new} == {"new"}
        assert db.scalar(sa.select(sa.func.count(Task.id))) == 0, "nothing flows on"


def test_the_failed_items_of_several_stages_are_tried_again_stage_by_stage(
    site: Site, mixed: Run, rings: Rings
) -> None:
    assert retryable(mixed) == {IDEAS: 2, DRAFTS: 1}
    clusters, tasks = item_ids(mixed, IDEAS, "failed"), item_ids(mixed, DRAFTS, "failed")

    retry = retry_failed(mixed)
    assert [(stage.number, stage.slug) for stage in retry.stages] == [(2, IDEAS), (4, DRAFTS)]
    with transaction() as db:
        later = make_task(db, site)
    rings.answer_all()

    ended = refreshed(retry)
    assert ended.status == RunStatus.COMPLETED
    assert (item_ids(retry, IDEAS), item_ids(retry, DRAFTS)) == (clusters, tasks)
    with reading() as db:
        assert db.get_one(Task, later.id).status == "queued"
        assert db.scalar(sa.select(sa.func.count(Idea.id)).where(Idea.status == "new")) == 2


def test_one_stage_alone_can_be_tried_again_and_the_other_beside_it(
    mixed: Run, rings: Rings
) -> None:
    drafts = retry_failed(mixed, DRAFTS)
    assert [stage.slug for stage in drafts.stages] == [DRAFTS]
    assert retryable(mixed) == {IDEAS: 2}

    rest = retry_failed(mixed)
    assert [stage.slug for stage in rest.stages] == [IDEAS]
    rings.answer_all()
    assert {refreshed(run).status for run in (drafts, rest)} == {"completed"}


def test_a_stage_that_a_live_retry_will_come_to_is_not_offered_until_it_is_cancelled(
    mixed: Run, rings: Rings
) -> None:
    retry = retry_failed(mixed)
    assert retryable(mixed) == {}
    with pytest.raises(AlreadyRunning, match=rf"tried again already: {retry.run_id}") as refusal:
        retry_failed(mixed, DRAFTS)
    assert refusal.value.run.id == retry.id

    automation.cancel(retry)
    assert retryable(mixed) == {IDEAS: 2, DRAFTS: 1}


def test_a_failed_picture_is_drawn_again_although_its_article_is_in_review(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        content = make_content(db, site, images=3)
    provider.will(IMAGES, nonsense(), nonsense())
    run = automation.run_stage(site, IMAGES, [image.id for image in content.images])
    rings.answer_all()
    with reading():
        assert [image.status for image in content.images] == ["failed", "failed", "generated"]
        assert content.status == ContentStatus.REVIEW

    retry = retry_failed(run)
    rings.answer_all()

    assert stage_of(retry, IMAGES).made == 2
    with reading():
        assert {(i.status, i.error) for i in content.images} == {(ImageStatus.GENERATED, None)}
        assert content.status == ContentStatus.REVIEW


def test_pictures_that_failed_elsewhere_keep_their_mark(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        mine, other = (make_content(db, site, images=1).images[0].id for _ in range(2))
    provider.always(IMAGES, nonsense())
    run = automation.run_stage(site, IMAGES, [mine])
    automation.run_stage(site, IMAGES, [other])
    rings.answer_all()

    retry_failed(run)

    with reading() as db:
        assert db.get_one(Image, mine).status == "pending"
        assert db.get_one(Image, other).status == "failed"


def test_a_retry_that_fails_can_be_retried_itself(
    ideas: Run, rings: Rings, provider: FakeProvider
) -> None:
    first, _ = item_ids(ideas, IDEAS, "failed")
    provider.will(IDEAS, nonsense())
    retry = retry_failed(ideas)
    rings.answer_all()
    assert item_ids(retry, IDEAS, "failed") == [first]

    again = retry_failed(retry)
    assert retryable(ideas) == {}, "what is left is in a live run"
    rings.answer_all()

    assert (item_ids(again, IDEAS), refreshed(again).status) == ([first], "completed")
    assert refreshed(again).retry_of_id == retry.id


def test_what_was_done_meanwhile_is_left_out(site: Site, ideas: Run, rings: Rings) -> None:
    first, second = item_ids(ideas, IDEAS, "failed")
    automation.run_stage(site, IDEAS, [first])
    rings.answer_all()

    assert retryable(ideas) == {IDEAS: 1}
    assert item_ids(retry_failed(ideas), IDEAS) == [second]


def test_when_all_of_it_was_done_meanwhile_there_is_nothing_left(
    site: Site, ideas: Run, rings: Rings
) -> None:
    automation.run_now(site)
    with pytest.raises(NothingWaiting, match="another run has it"):
        retry_failed(ideas)
    rings.answer_all()
    with pytest.raises(NothingWaiting, match="done by now"):
        retry_failed(ideas)
    assert _number_of_runs() == 2, "a retry that cannot start leaves nothing behind"


def test_a_run_without_failures_has_nothing_to_try_again(mixed: Run) -> None:
    with pytest.raises(NothingWaiting, match="Nothing failed there"):
        retry_failed(mixed, "cluster-keywords")


def test_a_live_run_is_not_retried(ideas: Run, rings: Rings, provider: FakeProvider) -> None:
    retry = retry_failed(ideas)
    with pytest.raises(WrongState, match=f"{retry.run_id} is queued. Wait until it is over"):
        retry_failed(retry)


def test_a_stage_that_the_run_has_not_is_refused_with_those_it_has(ideas: Run) -> None:
    with pytest.raises(Invalid, match=f"no stage 'paint'. It has: {IDEAS}") as refusal:
        retry_failed(ideas, "paint")
    assert refusal.value.field == "stage"


def test_a_cancelled_run_s_failures_are_tried_again_and_not_what_it_skipped(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        ids = [make_idea(db, site).id for _ in range(1)]
        clusters = [c.id for c in make_clusters(db, site, 2)]
        db.execute(sa.update(Cluster).where(Cluster.id.not_in(clusters)).values(status="mapped"))
    provider.will(IDEAS, nonsense(), nonsense())
    run = automation.run_now(site)
    rings.answer()
    assert refreshed(run).current_stage == 3
    automation.cancel(run)

    retry = retry_failed(run)
    rings.answer_all()

    assert (item_ids(retry, IDEAS), len(retry.stages)) == (clusters, 1)
    with reading() as db:
        assert db.get_one(Idea, ids[0]).status == "new"


def test_two_clicks_at_once_are_one_retry(
    ideas: Run, side_by_side: Callable[..., list[Any]], rings: Rings
) -> None:
    def click(run_pk: int = ideas.id) -> str:
        return retry_failed(session().get_one(Run, run_pk)).run_id

    said = side_by_side(*[click] * 4)

    refused = [each for each in said if isinstance(each, AlreadyRunning | NothingWaiting)]
    assert len(refused) == 3, said
    assert _number_of_runs() == 2
    rings.answer_all()
    with reading() as db:
        assert db.scalar(sa.select(sa.func.count(Idea.id))) == 3


def test_a_retry_whose_run_is_gone_works_on_nothing_it_was_not_asked_for(
    site: Site, mixed: Run, rings: Rings
) -> None:
    retry = retry_failed(mixed)
    with transaction() as db:
        db.execute(sa.update(Run).where(Run.id == retry.id).values(retry_of_id=None))
    rings.answer_all()

    ended = refreshed(retry)
    assert (ended.status, stage_of(retry, DRAFTS).total) == (RunStatus.COMPLETED, 0)


def _number_of_runs() -> int:
    with reading() as db:
        assert db.scalar(sa.select(sa.func.count(RunItem.id)).where(RunItem.attempts > 1)) == 0
        return db.scalars(sa.select(sa.func.count(Run.id))).one()
