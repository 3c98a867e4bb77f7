"""Who may work on what, until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from igny8_web.db import db_now
from igny8_web.extensions import session, transaction
from igny8_web.models import Lane, RunItem, Site, StageRun
from igny8_web.pipeline import claims
from igny8_web.pipeline.claims import (
    ClaimedItem,
    HeldLane,
    claim,
    heartbeat,
    release_lane,
    renew,
    still_held,
    take_lane,
)
from igny8_web.services import automation

from ..engine import items_of, let_leases_run_out, reading, take
from ..factories import make_clusters
from ..platform.helpers import until

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("rings")]


@pytest.fixture
def stage_run(site: Site) -> StageRun:
    """Twelve clusters wait for ideas, in four lanes."""
    with transaction() as db:
        clusters = make_clusters(db, site, 12)
    return automation.run_stage(site, "develop-ideas", [c.id for c in clusters]).stages[0]


def claimed(lane: HeldLane, limit: int = 1, batch: int = 1) -> list[ClaimedItem]:
    with transaction() as db:
        return claim(db, lane, limit, batch)


def alive(lane: HeldLane) -> bool:
    with reading() as db:
        return bool(db.scalar(sa.select(Lane.lease_until > db_now()).where(Lane.id == lane.id)))


def test_lanes_at_work_side_by_side_never_claim_the_same_item(
    stage_run: StageRun, side_by_side: Callable[..., list[Any]]
) -> None:
    def work() -> list[int]:
        lane, mine = take(stage_run), []
        while items := claimed(lane, limit=2):
            mine += [item.id for item in items]
        return mine

    shares = side_by_side(work, work, work, work)

    everything = [item_id for share in shares for item_id in share]
    assert sorted(everything) == sorted(item.id for item in items_of(stage_run))


def test_a_claim_takes_the_next_items_in_order(stage_run: StageRun) -> None:
    first, second = take(stage_run), take(stage_run)
    titles = [item.title for item in items_of(stage_run)]

    assert [item.title for item in claimed(first, 2)] == titles[:2]
    assert [item.title for item in claimed(second, 3)] == titles[2:5]


def test_a_claim_is_signed_with_the_lanes_token_and_lease(stage_run: StageRun) -> None:
    lane = take(stage_run)
    claimed(lane)

    item = items_of(stage_run)[0]

    assert (item.status, item.attempts, item.lease_token) == ("processing", 1, lane.token)
    with reading() as db:
        left = sa.select(RunItem.lease_until > db_now(50), RunItem.lease_until < db_now(61))
        assert db.execute(left.where(RunItem.id == item.id)).one() == (True, True)


def test_an_item_that_was_tried_before_is_not_claimed_together_with_fresh_ones(
    stage_run: StageRun,
) -> None:
    ids = [item.id for item in items_of(stage_run)]
    with transaction() as db:
        db.execute(sa.update(RunItem).where(RunItem.id.in_(ids[1:3])).values(attempts=1))

    lane = take(stage_run)

    assert [i.id for i in claimed(lane, 8)] == ids[:1]
    assert [i.id for i in claimed(lane, 8)] == ids[1:2], "one batch of those tried before"
    assert [i.id for i in claimed(lane, 8)] == ids[2:3]
    assert [i.id for i in claimed(lane, 8)] == ids[3:11]


def test_an_item_that_waits_after_a_failed_attempt_is_not_due(stage_run: StageRun) -> None:
    ids = [item.id for item in items_of(stage_run)]
    with transaction() as db:
        db.execute(sa.update(RunItem).where(RunItem.id == ids[0]).values(not_before=db_now(30)))

    assert [item.id for item in claimed(take(stage_run))] == [ids[1]]


def test_there_are_as_many_lanes_as_configured_and_no_more(stage_run: StageRun) -> None:
    taken = [take(stage_run) for _ in range(4)]

    with transaction() as db:
        assert take_lane(db, stage_run.id, 60) is None
        release_lane(db, taken[2])
    assert take(stage_run).id == taken[2].id


def test_jobs_that_come_at_once_take_different_lanes(
    stage_run: StageRun, side_by_side: Callable[..., list[Any]]
) -> None:
    lanes = side_by_side(*[lambda: take(stage_run).id] * 4)

    assert len(set(lanes)) == 4


def test_a_lane_whose_lease_ran_out_is_anothers_and_its_first_holder_has_lost_it(
    stage_run: StageRun,
) -> None:
    silent = take(stage_run)
    let_leases_run_out(stage_run)

    heir = take(stage_run)

    assert heir.id == silent.id
    with transaction() as db:
        assert not still_held(db, silent)
        assert not renew(db, silent)
        release_lane(db, silent)
        assert still_held(db, heir), "a late release takes nothing from the heir"


def test_renewing_extends_the_lease_of_the_lane_and_of_the_items_in_hand(
    stage_run: StageRun,
) -> None:
    lane = take(stage_run)
    claimed(lane, 2)
    let_leases_run_out(stage_run)

    with transaction() as db:
        assert renew(db, lane)

    with reading() as db:
        for model, number in ((Lane, 1), (RunItem, 2)):
            alive = sa.select(sa.func.count()).where(
                model.stage_run_id == stage_run.id, model.lease_until > db_now(50)
            )
            assert db.scalar(alive) == number


def test_a_heartbeat_keeps_the_lease_alive(app: Flask, stage_run: StageRun) -> None:
    lane = take(stage_run, lease_seconds=60)
    soon = HeldLane(lane.id, lane.stage_run_id, lane.token, lease_seconds=1)
    let_leases_run_out(stage_run)

    assert not alive(lane)
    with heartbeat(app, soon) as lost:
        until(lambda: alive(lane))
        assert not lost.is_set()


def test_a_heartbeat_goes_on_when_the_database_is_back(
    app: Flask, stage_run: StageRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = take(stage_run, lease_seconds=1)
    errors = [OperationalError("UPDATE", {}, Exception("gone")), OSError("no file left")]

    def blink(*args: Any) -> bool:
        if errors:
            raise errors.pop()
        return renew(*args)

    monkeypatch.setattr(claims, "renew", blink)
    let_leases_run_out(stage_run)
    with heartbeat(app, lane) as lost:
        until(lambda: alive(lane))
        assert not errors
        assert not lost.is_set()


def test_a_heartbeat_that_cannot_renew_says_so_and_stops(app: Flask, stage_run: StageRun) -> None:
    lane = take(stage_run, lease_seconds=1)
    let_leases_run_out(stage_run)
    take(stage_run)

    with heartbeat(app, lane) as lost:
        assert lost.wait(5)


def test_an_item_is_in_one_unsettled_run_item_of_a_stage_at_most(
    stage_run: StageRun, site: Site
) -> None:
    item = items_of(stage_run)[0]

    with pytest.raises(automation.NothingWaiting):
        automation.run_stage(site, "develop-ideas", [item.item_id])
    twin = {
        "stage_run_id": stage_run.id,
        "stage": item.stage,
        "item_id": item.item_id,
        "position": 99,
        "title": "",
    }
    with pytest.raises(IntegrityError), transaction() as db:
        db.execute(sa.insert(RunItem).values(**twin))
    session().rollback()
