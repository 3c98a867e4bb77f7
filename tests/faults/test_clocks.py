"""Clocks that are wrong, and heartbeats that never came: no lease is stolen, every death noticed.

A wrong clock is tested on PostgreSQL, where workers may be on other machines than the database.
SQLite has no server: its file is on one machine, and all of its processes have that machine's
clock, right or wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from igny8_web import queue
from igny8_web.extensions import transaction
from igny8_web.models import ItemStatus, Lane, Run, RunItem, Site
from igny8_web.services import automation

from ..factories import make_clusters
from ..peers.ai import AiPeer
from ..platform.helpers import until
from ..servers import StartWorker
from .conftest import RENEWED, RESUMED_WITHIN, attempts, in_hand, is_over, until_renewed
from .invariants import Watch

LIBRARY = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)

on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
needs_faketime = pytest.mark.skipif(
    LIBRARY is None, reason="no libfaketime on this machine: apt-get install libfaketime"
)


def clock(offset: str) -> dict[str, str]:
    """The environment of a process whose clock is wrong by so much, e.g. ``-1h``."""
    return {"LD_PRELOAD": str(LIBRARY), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@on_postgres
@needs_faketime
@pytest.mark.parametrize("offset", ["+1h", "-1h"])
def test_who_has_a_wrong_clock_neither_steals_a_lease_nor_loses_its_own(
    run: Run, watch: Watch, held: AiPeer, worker: StartWorker, ai_worker: StartWorker, offset: str
) -> None:
    worker("igny8_web.reconciling", IGNY8_RECONCILE_SECONDS="1", **clock(offset))
    ai_worker(**RENEWED)
    in_hand(held)
    wrong = ai_worker(**RENEWED, **clock(offset))
    in_hand(held, 2)
    until_renewed(run, 2)
    held.release()

    until(lambda: is_over(run), RESUMED_WITHIN)
    assert attempts(run) == [1, 1, 1]
    assert len(held.calls) == 3
    assert f"{datetime.now(UTC):%Y-%m-%d %H:}" not in wrong.said, "its clock was not wrong at all"


@on_postgres
@needs_faketime
@pytest.mark.parametrize("offset", ["+1h", "-1h"])
def test_the_death_of_a_worker_whose_clock_is_wrong_is_noticed_in_time(
    run: Run,
    watch: Watch,
    peer: AiPeer,
    reconciler: object,
    ai_worker: StartWorker,
    dying_worker: Callable[..., Path],
    offset: str,
) -> None:
    died = dying_worker("DiesBeforeItStores", **clock(offset))
    until(died.exists)
    ai_worker()

    until(lambda: is_over(run), RESUMED_WITHIN)


@pytest.mark.each_database
@pytest.mark.usefixtures("reconciler")
@pytest.mark.parametrize(
    ("how", "tried"), [("DiesWithTheLane", [1, 1, 1]), ("DiesBeforeItsFirstBeat", [2, 1, 1])]
)
def test_a_worker_that_dies_before_its_first_heartbeat_is_noticed(
    run: Run,
    watch: Watch,
    peer: AiPeer,
    dying_worker: Callable[..., Path],
    how: str,
    tried: list[int],
) -> None:
    died = dying_worker(how)

    until(lambda: is_over(run), RESUMED_WITHIN)
    assert died.exists()
    assert attempts(run) == tried


@pytest.mark.each_database
@pytest.mark.usefixtures("reconciler")
def test_what_is_held_without_a_lease_is_held_by_nobody(
    run: Run, watch: Watch, peer: AiPeer, ai_worker: StartWorker
) -> None:
    """No code of ours writes this; a hand in the database may."""
    with transaction() as db:
        db.execute(sa.update(Lane).values(token="nobody", lease_until=None))
        db.execute(
            sa.update(RunItem)
            .where(RunItem.position == 1)
            .values(status=ItemStatus.PROCESSING, attempts=1, lease_token="nobody")
        )
    ai_worker()

    until(lambda: is_over(run), RESUMED_WITHIN)
    assert attempts(run) == [2, 1, 1]


@pytest.fixture
def unrung(site: Site, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Its web process died after the commit, before it rang."""
    with monkeypatch.context() as patch:
        patch.setattr(queue, "ring", lambda redis, bells: True)
        with transaction() as db:
            ids = [cluster.id for cluster in make_clusters(db, site, 3)]
        return automation.run_stage(site, "develop-ideas", ids)


@pytest.mark.slow
@pytest.mark.each_database
@pytest.mark.usefixtures("reconciler")
def test_a_run_that_was_saved_and_never_rung_begins_all_the_same(
    unrung: Run, watched: Callable[..., Watch], peer: AiPeer, ai_worker: StartWorker
) -> None:
    watched(unrung, peer=peer)
    ai_worker()

    until(lambda: is_over(unrung), 30)
    assert attempts(unrung) == [1, 1, 1]
