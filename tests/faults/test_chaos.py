"""Whole runs at sixteen lanes, their provider failing at random: settled, and paid to the cent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web.db import db_now
from igny8_web.extensions import transaction
from igny8_web.models import (
    UNSETTLED,
    ItemStatus,
    MonthSpend,
    Price,
    Run,
    RunItem,
    RunStatus,
    Site,
    StageRun,
)
from igny8_web.services import automation

from ..engine import reading, refreshed
from ..factories import make_clusters
from ..peers import faults
from ..peers.ai import AiPeer
from ..peers.fault import CHAT, Fault
from ..platform.helpers import Program, until
from ..servers import StartWorker
from .invariants import Watch

pytestmark = pytest.mark.each_database

LANES = 16
TEXT, IMAGES = "test-model", "gpt-image-1"
PATIENCE = 240


def _with_other_ids(data: Any) -> Any:
    """The same answer, about things that nobody asked about."""
    if isinstance(data, dict):
        return {
            name: value + 4711 if name.endswith("_id") and value else _with_other_ids(value)
            for name, value in data.items()
        }
    return [_with_other_ids(each) for each in data] if isinstance(data, list) else data


def _only_chat(fault: Fault) -> Fault:
    return replace(fault, kinds=CHAT)


FAULTS = [
    faults.too_many(0.2),
    faults.too_many(retry_after_ms=300),
    faults.server_error(500),
    faults.server_error(502, html=True),
    faults.garbage(),
    faults.truncated(),
    faults.refused(),
    faults.filtered(),
    faults.empty(),
    faults.no_choices(),
    faults.changed(_with_other_ids),
    faults.changed(lambda data: {"nonsense": []}),
    _only_chat(faults.hang_up()),
    _only_chat(faults.silence(4)),
    faults.not_a_picture(),
    faults.cut_picture(),
]
"""All that a provider charges as it says: what it charged for half an answer, nobody knows."""


@pytest.fixture
def priced(app: Flask, peer: AiPeer) -> AiPeer:
    """The peer, for texts and pictures, and its price list; sixteen lanes."""
    house = app.extensions["igny8"]
    app.extensions["igny8"] = replace(house, config=replace(house.config, lanes=LANES))
    with transaction() as db:
        db.add(Price(model=TEXT, per_million_in=peer.price_in, per_million_out=peer.price_out))
        db.add(Price(model=IMAGES, per_image=peer.price_image))
    return peer


@pytest.fixture
def workers(ai_worker: StartWorker, priced: AiPeer, reconciler: Program) -> Callable[[int], None]:
    """Start so many, by the environment as an operator would."""

    def start(number: int) -> None:
        ai_worker(
            "worker",
            IGNY8_WORKERS=str(number),
            IGNY8_LANES=str(LANES),
            IGNY8_LEASE_SECONDS="20",  # so many share two cores here: it is not leases we test
            IGNY8_TEXT_TIMEOUT_SECONDS="2",
            IGNY8_IMAGE_BASE_URL=priced.url,
            IGNY8_IMAGE_API_KEY=priced.key,
            IGNY8_IMAGE_MODEL=IMAGES,
        )

    return start


class Spending:
    """What a run has committed, looked at all the time; time between two attempts flies."""

    def __init__(self, run: Run) -> None:
        self.run, self.most = run, Decimal(0)

    def until(self, status: RunStatus) -> None:
        """Watch it until it is so. Fails after some minutes."""

        def so() -> bool:
            seen = self._look()
            assert seen.status == status or seen.is_live, f"{seen.status}, having cost {seen.cost}"
            return seen.status == status

        until(so, PATIENCE)

    def _look(self) -> Run:
        run = refreshed(self.run)
        with reading() as db:
            month = db.scalars(sa.select(MonthSpend.committed)).all()
        self.most = max(self.most, run.committed, *month)
        self._let_time_fly()
        return run

    def _let_time_fly(self) -> None:
        mine = sa.select(StageRun.id).where(StageRun.run_id == self.run.id)
        late = sa.update(RunItem).where(
            RunItem.stage_run_id.in_(mine),
            RunItem.status == ItemStatus.PENDING,
            RunItem.not_before > db_now(),
        )
        with transaction() as db:
            db.execute(late.values(not_before=db_now()))


def start(site: Site, clusters: int) -> Run:
    """Everything from the ideas on."""
    with transaction() as db:
        make_clusters(db, site, clusters)
    return automation.run_now(site)


def unsettled() -> list[Any]:
    with reading() as db:
        return list(db.scalars(sa.select(RunItem.error).where(RunItem.status.in_(UNSETTLED))))


SIZES = [
    pytest.param(3, 3, id="small"),
    pytest.param(40, 16, id="large", marks=pytest.mark.slow(seconds=45)),
]
"""Clusters, and workers."""


@pytest.mark.parametrize(("clusters", "number"), SIZES)
def test_under_random_faults_every_item_is_settled_and_paid_to_the_cent(
    site: Site,
    workers: Callable[[int], None],
    priced: AiPeer,
    watched: Callable[..., Watch],
    clusters: int,
    number: int,
) -> None:
    priced.at_random(seed=4, rate=0.3, faults=FAULTS)
    with transaction() as db:
        db.get_one(Site, site.id).run_cap = Decimal(1000)
        db.get_one(Site, site.id).month_cap = Decimal(1000)
    run = start(site, clusters)
    watched(run)
    workers(number)
    spending = Spending(run)
    spending.until(RunStatus.COMPLETED)

    assert unsettled() == []
    seen = {call.fault for call in priced.calls} - {None}
    assert len(seen) > (12 if clusters > 10 else 3), "it was chaos"
    ended = refreshed(run)
    assert ended.cost == priced.charged
    assert ended.committed == priced.charged, "nothing stays set aside"
    assert spending.most > 0


@pytest.fixture
def capped(site: Site) -> Decimal:
    """A cap of the site's runs that a run of three clusters soon reaches."""
    cap = Decimal("0.25")
    with transaction() as db:
        db.get_one(Site, site.id).run_cap = cap
    return cap


@pytest.mark.parametrize(("clusters", "number"), SIZES)
def test_a_cap_is_never_passed_however_many_ask_at_once(
    site: Site,
    capped: Decimal,
    workers: Callable[[int], None],
    priced: AiPeer,
    watched: Callable[..., Watch],
    clusters: int,
    number: int,
) -> None:
    priced.at_random(seed=7, rate=0.2, faults=FAULTS)
    run = start(site, clusters)
    watched(run)
    workers(number)
    spending = Spending(run)
    spending.until(RunStatus.PAUSED)
    until(lambda: not priced.in_flight and refreshed(run).cost == priced.charged, 30)

    paused = refreshed(run)
    assert paused.paused_for is not None
    assert paused.paused_for.endswith("cap")
    assert spending.most <= capped
    assert priced.charged <= capped
    assert unsettled() != []

    with transaction() as db:
        db.get_one(Site, site.id).month_cap = Decimal(1000)
    automation.raise_cap(paused, Decimal(1000))
    spending.until(RunStatus.COMPLETED)
    assert unsettled() == []
    assert refreshed(run).cost == priced.charged
