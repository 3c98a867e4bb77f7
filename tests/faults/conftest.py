"""Tests that hurt: real workers on a real Valkey, and a provider that answers over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
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
from ..servers import LEASE_SECONDS
from .invariants import Watch

RESUMED_WITHIN = LEASE_SECONDS + 30
"""Seconds after which the work of a dead worker must have been taken over."""


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


def in_hand(peer: AiPeer, number: int = 1) -> None:
    """Wait until so many calls wait for their answer."""
    until(lambda: len(peer.waiting) >= number)


def is_over(run: Run) -> bool:
    return not refreshed(run).is_live


def attempts(run: Run) -> list[int]:
    return [item.attempts for item in items_of(run.stages[0])]
