"""Why items of a run failed, grouped."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Cluster, ItemStatus, Run, RunItem, Site, StageRun
from igny8_web.services import automation
from igny8_web.services.failures import LONGEST_REASON, REASONS_SHOWN, failures_of

from ..engine import Rings, refreshed
from ..factories import make_clusters, make_task
from ..fakes import FakeProvider, nonsense

pytestmark = pytest.mark.each_database

IDEAS, DRAFTS = "develop-ideas", "write-content"


def run_that_failed(site: Site, reasons: Sequence[str | None]) -> Run:
    """A run over as many clusters, each failed for its reason."""
    with transaction() as db:
        clusters = make_clusters(db, site, len(reasons))
        run = automation.run_stage(site, IDEAS, [cluster.id for cluster in clusters])
        stage_run = run.stages[0]
        for item, reason in zip(
            db.scalars(sa.select(RunItem).order_by(RunItem.position)), reasons, strict=True
        ):
            item.status, item.error = ItemStatus.FAILED, reason
        db.get_one(StageRun, stage_run.id).failed = len(reasons)
    return refreshed(run)


def test_failures_are_grouped_by_stage_and_reason_with_the_unit_of_the_stage(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        clusters = make_clusters(db, site, 3)
        make_task(db, site)
        make_task(db, site)
        db.execute(sa.update(Cluster).where(Cluster.id > clusters[-1].id).values(status="mapped"))
    provider.always(IDEAS, nonsense())
    provider.will(DRAFTS, nonsense())
    run = automation.run_now(site)
    rings.answer_all()

    failures = failures_of(refreshed(run))

    assert failures.lines == [
        "3 clusters: The request was refused.",
        "1 task: The request was refused.",
    ]
    assert [group.stage for group in failures.groups] == [IDEAS, DRAFTS]
    assert failures.groups[0].items == tuple((c.id, c.name) for c in clusters)


def test_the_most_frequent_reasons_come_first_and_the_rest_is_counted(
    site: Site, rings: Rings
) -> None:
    rare = [f"Reason {n}." for n in range(REASONS_SHOWN + 13)]
    run = run_that_failed(site, [*rare, "Reason 5.", *["Busy."] * 3, "Reason 5.", "Reason 7."])

    failures = failures_of(run)

    assert failures.lines[:3] == [
        "3 clusters: Busy.",
        "3 clusters: Reason 5.",
        "2 clusters: Reason 7.",
    ]
    assert len(failures.groups) == REASONS_SHOWN
    assert failures.lines[-1] == "and 14 other reasons (14 items)"


def test_the_first_few_titles_of_a_reason_are_named_in_working_order(
    site: Site, rings: Rings
) -> None:
    run = run_that_failed(site, ["Busy.", "Odd."] * 7)

    groups = failures_of(run, titles=2).groups

    names = [item.title for item in _items(run)]
    assert [group.titles for group in groups] == [
        (names[0], names[2]),
        (names[1], names[3]),
    ]
    assert failures_of(run, titles=0).groups[0].items == ()


def test_a_reason_that_is_missing_or_endless_is_still_told(site: Site, rings: Rings) -> None:
    endless = "x" * 3 * LONGEST_REASON
    run = run_that_failed(site, [None, endless + "1", endless + "2"])

    told = {group.reason: group.count for group in failures_of(run).groups}

    assert told == {"No reason was recorded.": 1, "x" * LONGEST_REASON: 2}


def test_a_run_without_failures_has_none(site: Site, rings: Rings) -> None:
    with transaction() as db:
        make_clusters(db, site, 1)
    assert failures_of(automation.run_now(site)).lines == []


def _items(run: Run) -> Sequence[RunItem]:
    with transaction() as db:
        query = sa.select(RunItem).where(RunItem.stage_run_id == run.stages[0].id)
        return db.scalars(query.order_by(RunItem.position)).all()
