"""Tests that hurt: real workers on a real Valkey, and a provider that answers over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from igny8_web.extensions import transaction
from igny8_web.models import Run, Site
from igny8_web.services import automation

from ..engine import items_of, refreshed
from ..factories import make_clusters
from ..peers.ai import AiPeer
from ..platform.helpers import until
from ..servers import GIVEN_UP_SOON, LEASE_SECONDS, StartWorker
from .dying_workers import DYING
from .invariants import Watch

RESUMED_WITHIN = LEASE_SECONDS + 30
"""Seconds after which the work of a dead worker must have been taken over."""
RENEWED_SECONDS = 6
RENEWED = {"IGNY8_LEASE_SECONDS": str(RENEWED_SECONDS)}
"""The environment of a process whose lease has to be renewed to last: see until_renewed."""


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    """A real server."""
    return empty_valkey


WELL = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test itself went well."""
    report = yield
    if report.when == "call":
        item.stash[WELL] = report.passed
    return report


@pytest.fixture
def watched(app: Flask, request: pytest.FixtureRequest) -> Iterator[Callable[..., Watch]]:
    """Watch a run from now on; after a test that went well all five invariants must hold.

    ``watched(run, ends=RunStatus.FAILED, peer=peer)``: what :meth:`Watch.check` is to know.
    """
    watches: list[tuple[Watch, dict[str, Any]]] = []

    def watch(run: Run, **expected: Any) -> Watch:
        watches.append((Watch(app, run), expected))
        return watches[-1][0]

    yield watch
    for each, _ in watches:
        each.stop()
    if request.node.stash.get(WELL, False):
        for each, expected in watches:
            each.check(**expected)


@pytest.fixture
def run(site: Site) -> Run:
    """Three clusters wait for ideas; their lanes are rung."""
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 3)]
    return automation.run_stage(site, "develop-ideas", ids)


@pytest.fixture
def watch(run: Run, watched: Callable[..., Watch], peer: AiPeer) -> Watch:
    """What is seen of the run, which must be complete at the end of the test."""
    return watched(run, peer=peer)


@pytest.fixture
def held(peer: AiPeer) -> AiPeer:
    """The peer, which answers only when it is released."""
    peer.hold()
    return peer


@pytest.fixture
def dying_worker(ai_worker: StartWorker, tmp_path: Path) -> Callable[..., Path]:
    """Start a worker of ``dying_workers.py`` by the name of its class.

    Answers the file that says that it died; who is started after that lives on.
    """
    died = tmp_path / "died"

    def start(how: str, **more: Any) -> Path:
        words = (*DYING, f"tests.faults.dying_workers.{how}")
        ai_worker(*words, **{**GIVEN_UP_SOON, "DIED": str(died), **more})
        return died

    return start


def in_hand(peer: AiPeer, number: int = 1) -> None:
    """Wait until so many calls wait for their answer."""
    until(lambda: len(peer.waiting) >= number)


def until_renewed(run: Run, number: int = 1) -> None:
    """Wait until the items in hand would be nobody's by now, had no heartbeat kept them."""
    first = _leases(run)
    assert len(first) == number
    until(
        lambda: all(
            (now - then).total_seconds() > RENEWED_SECONDS
            for then, now in zip(first, _leases(run), strict=True)
        )
    )


def _leases(run: Run) -> list[datetime]:
    return [item.lease_until for item in items_of(run.stages[0]) if item.lease_until]


def is_over(run: Run) -> bool:
    return not refreshed(run).is_live


def attempts(run: Run) -> list[int]:
    return [item.attempts for item in items_of(run.stages[0])]
