"""One stage over chosen items is a run like any other."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Cluster, Image, ImageStatus, RunStatus, Site
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.services import automation, by_hand, item_log
from igny8_web.services.automation import NothingWaiting
from igny8_web.services.errors import NotFound
from igny8_web.services.filtering import Chosen
from igny8_web.services.rooms import ClusterFilter, ImageFilter, KeywordFilter, TaskFilter

from ..engine import Rings, let_backoff_pass, reading, refreshed
from ..factories import make_cluster, make_content, make_image, make_keywords, make_site, make_task
from ..fakes import FakeProvider, busy


@pytest.mark.each_database
def test_a_task_is_written_by_a_run_of_its_own(site: Site, rings: Rings) -> None:
    with transaction() as db:
        task, other = make_task(db, site), make_task(db, site)
    plan = by_hand.plan(site, "write-content", Chosen(TaskFilter(), [task.id]))
    assert (plan.ids, plan.in_hand, plan.left_out) == ([task.id], 0, 0)
    run = by_hand.start(site, "write-content", plan.ids, cap=Decimal(2))
    rings.answer_all()
    run = refreshed(run)
    assert (run.status, run.cap, run.stages[0].total) == (RunStatus.COMPLETED, 2, 1)
    with pytest.raises(NothingWaiting, match="1 task that this cannot be done with"):
        by_hand.plan(site, "write-content", Chosen(TaskFilter(), [task.id]))
    assert by_hand.plan(site, "write-content", Chosen(TaskFilter())).ids == [other.id]


@pytest.mark.each_database
def test_what_another_run_has_is_left_out_and_said(site: Site) -> None:
    with transaction() as db:
        make_keywords(db, site, 3)
    automation.run_now(site)
    with transaction() as db:
        (late,) = make_keywords(db, site, 1)
    plan = by_hand.plan(site, "cluster-keywords", Chosen(KeywordFilter()))
    assert (plan.ids, plan.in_hand) == ([late.id], 3)
    assert plan.left_out_words == "Left out: 3 keywords being worked on by another run."


@pytest.mark.each_database
def test_a_cluster_that_has_ideas_gets_more(site: Site, rings: Rings) -> None:
    with transaction() as db:
        cluster = make_cluster(db, site)
    for _ in range(2):
        plan = by_hand.plan(site, "develop-ideas", Chosen(ClusterFilter(), [cluster.id]))
        run = by_hand.start(site, "develop-ideas", plan.ids)
        rings.answer_all()
        assert refreshed(run).status is RunStatus.COMPLETED
    with reading() as db:
        assert db.get_one(Cluster, cluster.id).status == "mapped"


@pytest.mark.each_database
def test_a_failed_image_is_tried_again_and_a_made_one_is_not(site: Site) -> None:
    with transaction() as db:
        content = make_content(db, site)
        failed, made = make_image(db, content, 0), make_image(db, content, 1)
        failed.status, failed.error = ImageStatus.FAILED, "Out of paint."
        made.status = ImageStatus.GENERATED
    plan = by_hand.plan(site, "draw-images", Chosen(ImageFilter()))
    assert (plan.ids, plan.left_out) == ([failed.id], 1)
    by_hand.start(site, "draw-images", plan.ids)
    with reading() as db:
        assert db.get_one(Image, failed.id).status is ImageStatus.PENDING


def test_another_sites_items_are_not_there(site: Site) -> None:
    with transaction() as db:
        theirs = make_cluster(db, make_site(db, "elsewhere"))
    with pytest.raises(NothingWaiting):
        by_hand.plan(site, "develop-ideas", Chosen(ClusterFilter(), [theirs.id]))
    with pytest.raises(NothingWaiting):
        by_hand.start(site, "develop-ideas", [theirs.id])
    with pytest.raises(NotFound):
        item_log.log_of(site, "develop-ideas", theirs.id)
    with reading() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(Cluster)) == 1


@pytest.mark.each_database
def test_the_log_tells_each_attempt_what_was_asked_and_what_came(
    site: Site, rings: Rings, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(provider), "reads_prompts", True)
    with transaction() as db:
        task = make_task(db, site)
    provider.will("write-content", busy())
    run = by_hand.start(site, "write-content", [task.id])
    rings.answer_all()
    let_backoff_pass(refreshed(run).stages[0])
    reconcile()
    rings.answer_all()
    log = item_log.log_of(site, "write-content", task.id)
    assert log.title == task.title
    (entry,) = log.entries
    assert (entry.run_id, entry.item.status, entry.item.attempts) == (run.run_id, "done", 2)
    assert [(mishap.attempt, mishap.reason) for mishap in entry.mishaps] == [
        (1, entry.asked[0].call.error)
    ]
    assert [each.call.status for each in entry.asked] == ["failed", "used"]
    question = entry.asked[1].call.question
    assert question is not None
    assert task.title in question
    assert entry.asked[1].answer is not None
    assert not entry.can_retry


@pytest.mark.each_database
def test_each_keyword_of_a_batch_finds_the_call_that_was_about_it(site: Site, rings: Rings) -> None:
    with transaction() as db:
        keywords = make_keywords(db, site, 3)
    run = by_hand.start(site, "cluster-keywords", [keyword.id for keyword in keywords])
    rings.answer_all()
    assert refreshed(run).status is RunStatus.COMPLETED
    for keyword in keywords:
        (entry,) = item_log.log_of(site, "cluster-keywords", keyword.id).entries
        assert [each.shared_by for each in entry.asked] == [3]
