"""Starting, and what happens when two things happen at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web import jobs
from igny8_web.extensions import session, transaction
from igny8_web.models import Cluster, Run, RunItem, Site
from igny8_web.services import automation

from ..engine import Rings, at_work, items_of, reading, refreshed
from ..factories import make_clusters, make_site
from .conftest import StartIdeas

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("provider", "rings")]

SideBySide = Callable[..., list[Any]]


def start(site_id: int) -> tuple[str, str]:
    try:
        return "started", automation.run_now(session().get_one(Site, site_id)).run_id
    except automation.AlreadyRunning as refusal:
        return "refused", refusal.run.run_id


def test_a_second_run_now_names_the_live_run(site: Site) -> None:
    with transaction() as db:
        make_clusters(db, site, 1)
    live = automation.run_now(site)

    with pytest.raises(automation.AlreadyRunning, match=live.run_id) as refusal:
        automation.run_now(site)

    assert refusal.value.run.id == live.id
    assert automation.live_run(site) == live


@pytest.mark.parametrize("verb", [automation.pause, automation.cancel])
def test_a_paused_run_is_still_live_and_a_cancelled_one_is_not(
    site: Site, verb: Callable[[Run], None]
) -> None:
    with transaction() as db:
        make_clusters(db, site, 1)
    verb(automation.run_now(site))

    if verb is automation.pause:
        with pytest.raises(automation.AlreadyRunning):
            automation.run_now(site)
    else:
        assert automation.run_now(site).status == "queued"


def test_of_two_starts_at_once_one_wins_and_the_other_is_told(
    site: Site, side_by_side: SideBySide
) -> None:
    with transaction() as db:
        make_clusters(db, site, 20)

    results = side_by_side(*[partial(start, site.id)] * 4)

    assert sorted(said for said, _ in results) == ["refused", "refused", "refused", "started"]
    assert len({run_id for _, run_id in results}) == 1


def test_many_sites_can_be_started_in_the_same_second(side_by_side: SideBySide) -> None:
    with transaction() as db:
        sites = [make_site(db, f"site-{n}") for n in range(6)]
        for site in sites:
            make_clusters(db, site, 2)

    results = side_by_side(*[partial(start, site.id) for site in sites])

    assert {said for said, _ in results} == {"started"}
    assert len({run_id for _, run_id in results}) == 6


def test_of_two_selections_at_once_each_item_is_in_one(
    site: Site, side_by_side: SideBySide
) -> None:
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 30)]

    def choose() -> None:
        automation.run_stage(session().get_one(Site, site.id), "develop-ideas", ids)

    results = side_by_side(choose, choose)

    assert all(r is None or isinstance(r, automation.NothingWaiting) for r in results), results
    with reading() as db:
        items = db.scalars(sa.select(RunItem.item_id)).all()
    assert sorted(items) == sorted(ids)


def test_a_cancel_that_races_with_the_last_settlement_never_leaves_a_live_run(
    site: Site, start_ideas: StartIdeas, side_by_side: SideBySide
) -> None:
    ends = []
    for _ in range(8):
        run = start_ideas(1)
        step = at_work(run.stages[0])
        outcomes = step.work(step.step([], None, lost=False))

        def settle(step: Any = step, outcomes: Any = outcomes) -> None:
            step.step(outcomes, None, lost=False)

        def cancel(pk: int = run.id) -> None:
            automation.cancel(session().get_one(Run, pk))

        settled, cancelled = side_by_side(settle, cancel)

        assert settled is None, settled
        ended = refreshed(run)
        if cancelled is None:
            assert ended.status == "cancelled"
        else:
            assert isinstance(cancelled, automation.WrongState), cancelled
            assert ended.status == "completed"
        assert ended.stages[0].processed == 1
        ends.append(ended.status)
    assert len(ends) == 8


def test_a_pause_that_races_with_settlements_loses_nothing(
    start_ideas: StartIdeas, rings: Rings, side_by_side: SideBySide
) -> None:
    run = start_ideas(12)

    def pause() -> None:
        automation.pause(session().get_one(Run, run.id))

    def work() -> None:
        jobs.work_lane(*rings.waiting.popleft().args)

    results = side_by_side(work, work, pause, work)

    assert all(r is None or isinstance(r, automation.WrongState) for r in results), results
    if refreshed(run).status == "paused":
        automation.resume(run)
    rings.answer_all()
    ended = refreshed(run)
    assert (ended.status, ended.stages[0].processed) == ("completed", 12)
    assert {item.attempts for item in items_of(ended.stages[0])} == {1}


def test_positions_follow_the_working_order_of_the_stage_among_many_taken_items(
    site: Site,
) -> None:
    with transaction() as db:
        other = make_site(db, "tea-notes")
        for each, number in ((other, 3_000), (site, 500)):
            rows = [{"site_id": each.id, "name": f"Cluster {n}"} for n in range(number)]
            db.execute(sa.insert(Cluster), rows)
    automation.run_now(other)

    with transaction() as db:
        if db.get_bind().dialect.name == "postgresql":
            db.execute(sa.text("ANALYZE"))
            db.execute(sa.text("SET LOCAL enable_nestloop = off"))  # as with millions of items
        run = automation.run_now(site)

    ids = [item.item_id for item in items_of(run.stages[1])]
    assert len(ids) == 500
    assert ids == sorted(ids)
