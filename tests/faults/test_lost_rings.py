"""A worker dies between taking a job off its queue and taking a lane: its ring is not lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Lane, Run, Site
from igny8_web.services import automation

from ..engine import reading
from ..factories import make_clusters
from ..peers.ai import AiPeer
from ..platform.helpers import until
from ..servers import StartWorker
from .conftest import attempts, is_over
from .invariants import Watch

pytestmark = [pytest.mark.each_database, pytest.mark.slow]

RUNG_AGAIN_WITHIN = 30
"""Seconds, with the pauses that the reconciler makes by default."""
ONE_QUEUE = ("igny8-manual",)
TWO_QUEUES = ("igny8-manual", "igny8-automation")


@pytest.fixture
def run(site: Site) -> Run:
    """One cluster waits for ideas: one lane, and one ring for it."""
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 1)]
    return automation.run_stage(site, "develop-ideas", ids)


@pytest.mark.parametrize("queues", [ONE_QUEUE, TWO_QUEUES], ids=["one queue", "two queues"])
@pytest.mark.parametrize("how", ["DiesAfterPop", "DiesBeforeTheLane"])
def test_a_ring_that_died_with_its_worker_is_rung_again(
    run: Run,
    watch: Watch,
    peer: AiPeer,
    worker: StartWorker,
    ai_worker: StartWorker,
    dying_worker: Callable[..., Path],
    queues: tuple[str, ...],
    how: str,
) -> None:
    worker("igny8_web.reconciling")
    died = dying_worker(how, queues=queues)
    until(died.exists)
    lost_at = time.monotonic()
    ai_worker()

    until(lambda: peer.calls, RUNG_AGAIN_WITHIN)
    until(lambda: is_over(run))
    assert time.monotonic() - lost_at < RUNG_AGAIN_WITHIN + 3
    assert attempts(run) == [1]
    with reading() as db:
        assert db.scalars(sa.select(Lane.rings)).all() == [2]
