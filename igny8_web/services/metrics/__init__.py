"""Figures for Prometheus: read from SQL and Redis when they are asked for.

So it does not matter which web process answers, nor when it was started. Loaded at the first
scrape: who wants no metrics does without the library.
"""

from __future__ import annotations

import platform
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError

from .. import readiness
from . import history, live, queues

PROJECT = Path(__file__).parents[3] / "pyproject.toml"


def exposition(accept: str) -> tuple[bytes, str]:
    """All figures and their content type, in the newest form that the asker accepts."""
    registry = CollectorRegistry()
    registry.register(_Everything())
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Everything(Collector):
    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("igny8_build", "What runs here.", value=_build())
        yield from queues.figures()
        stored = _stored()
        yield GaugeMetricFamily(
            "igny8_database_up", "Whether the database answers.", value=bool(stored)
        )
        yield from stored

    def describe(self) -> list[Metric]:
        """Nothing is asked of the database before it has to be."""
        return []


def _stored() -> list[Metric]:
    """The figures from the database; none while it is away."""
    if not readiness.database_answers():
        return []
    try:
        return [*live.figures(), *history.figures()]
    except SQLAlchemyError:
        return []


@cache
def _build() -> dict[str, str]:
    project = tomllib.loads(PROJECT.read_text())["project"]
    return {
        "version": project["version"],
        "schema": readiness.newest_revision(),
        "python": platform.python_version(),
    }
