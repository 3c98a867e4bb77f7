"""What was done so far: runs, the time of their stages, AI calls and what they cost.

The figures come from SQL, so they survive restarts; they shrink only when a site is deleted. A
look goes over the indexes of all that is finished (1,000,000 calls: 0.13 s), so it is kept for a
while.
"""

from __future__ import annotations

from decimal import Decimal
from threading import Lock
from time import monotonic
from typing import Any

import sqlalchemy as sa
from flask import current_app
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)

from ...extensions import session
from ...models import AiCall, CallStatus, Run, RunStatus, StageRun

KEPT_SECONDS = 15.0
OPEN = (CallStatus.PENDING, CallStatus.ANSWERED)
"""Their number goes up and down, so it is no counter."""

_one_at_a_time = Lock()


def figures() -> list[Metric]:
    """The figures, at most ``KEPT_SECONDS`` old."""
    with _one_at_a_time:
        kept: tuple[float, list[Metric]] | None = current_app.extensions.get("igny8_history")
        if kept is None or monotonic() - kept[0] > KEPT_SECONDS:
            found = [_runs(), _stages(), *_calls()]
            kept = current_app.extensions["igny8_history"] = (monotonic(), found)
        return kept[1]


def _runs() -> Metric:
    family = GaugeMetricFamily("igny8_runs", "Runs by status.", labels=["status"])
    found = dict(
        iter(session().execute(sa.select(Run.status, sa.func.count()).group_by(Run.status)))
    )
    for status in RunStatus:
        family.add_metric([status.value], found.get(status, 0))
    return family


def _stages() -> Metric:
    family = SummaryMetricFamily(
        "igny8_stage_duration_seconds",
        "Stages that are over: how many, and how long they took together.",
        labels=["stage"],
    )
    query = (
        sa.select(StageRun.slug, sa.func.count(), sa.func.sum(_seconds()))
        .where(StageRun.started_at.is_not(None), StageRun.finished_at.is_not(None))
        .group_by(StageRun.slug)
    )
    for slug, number, seconds in session().execute(query):
        family.add_metric([slug], count_value=number, sum_value=float(seconds))
    return family


def _seconds() -> sa.ColumnElement[Any]:
    start, end = StageRun.started_at, StageRun.finished_at
    if session().get_bind().dialect.name == "sqlite":
        return (sa.func.julianday(end) - sa.func.julianday(start)) * 86_400
    return sa.extract("epoch", end - start)


def _calls() -> list[Metric]:
    names = ["stage", "provider", "model"]
    ended = CounterMetricFamily(
        "igny8_ai_calls", "AI calls that are over.", labels=[*names, "status"]
    )
    under_way = GaugeMetricFamily(
        "igny8_ai_calls_open",
        "AI calls without an answer, and answers that are not stored yet.",
        labels=[*names, "status"],
    )
    dollars = CounterMetricFamily(
        "igny8_ai_cost_dollars", "What AI calls cost, in US dollars.", labels=names
    )
    costs: dict[tuple[str, str, str], Decimal] = {}
    by = (AiCall.stage, AiCall.provider, AiCall.model, AiCall.status)
    query = sa.select(*by, sa.func.count(), sa.func.sum(AiCall.cost)).group_by(*by)
    for stage, provider, model, status, number, cost in session().execute(query):
        family = under_way if status in OPEN else ended
        family.add_metric([stage, provider, model, status.value], number)
        place = (stage, provider, model)
        costs[place] = costs.get(place, Decimal(0)) + (cost or 0)
    for place, cost in costs.items():
        dollars.add_metric(place, float(cost))
    return [ended, under_way, dollars]
