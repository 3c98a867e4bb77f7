"""An item that kills whoever works on it: it fails with its reason, and the others are done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from igny8_web.extensions import transaction
from igny8_web.models import Run, Site
from igny8_web.pipeline.calls import ASKED_TWICE
from igny8_web.services import automation

from ..engine import items_of, refreshed
from ..factories import make_clusters
from ..platform.helpers import until
from ..servers import GIVEN_UP_SOON, StartWorker
from .conftest import is_over
from .invariants import Watch
from .spoiled import SPOILED_POOL, SPOILED_RQ

pytestmark = [
    pytest.mark.slow,
    pytest.mark.each_database,
    pytest.mark.usefixtures("reconciler"),
]

STOPPED_THRICE = "The worker stopped 3 times while working on this item."


@pytest.fixture
def run(site: Site) -> Run:
    """Twelve clusters, so that the poisonous one is in hand together with others."""
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 12)]
    return automation.run_stage(site, "develop-ideas", ids)


@pytest.mark.parametrize("worker_words", [SPOILED_RQ, SPOILED_POOL], ids=["rq", "pool"])
@pytest.mark.parametrize(
    ("at", "reason"),
    [("work", STOPPED_THRICE), ("answer", ASKED_TWICE), ("store", STOPPED_THRICE)],
)
def test_an_item_that_kills_its_worker_fails_with_its_reason_and_the_others_are_done(
    run: Run,
    watched: Callable[..., Watch],
    worker: StartWorker,
    worker_words: tuple[str, ...],
    at: str,
    reason: str,
) -> None:
    watched(run)
    poison = items_of(run.stages[0])[7].item_id
    spoiled = {"SPOILED": str(poison), "AT": at, "BY": "dies"}
    worker(*worker_words, IGNY8_WORKERS="2", **spoiled, **GIVEN_UP_SOON)

    until(lambda: is_over(run), 60)

    failed = [(i.item_id, i.error) for i in items_of(run.stages[0]) if i.status == "failed"]
    assert failed == [(poison, reason)]
    stage = refreshed(run).stages[0]
    assert (stage.processed, stage.failed) == (11, 1)
