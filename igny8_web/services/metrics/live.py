"""How the runs that are under way stand. Costs what they cost, however much is finished."""

from __future__ import annotations

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily, Metric

from ...db import db_now
from ...extensions import session
from ...models import LIVE, WORKABLE, ItemStatus, Lane, Run, RunItem, StageRun, StageStatus
from ..readiness import reconciler_age


def figures() -> list[Metric]:
    """Items by stage and state, lanes, the oldest item that is due, the reconciler's age."""
    return [_items(), _lanes(), _oldest_due(), *_reconciler()]


def _items() -> Metric:
    """Settled items are counted on their stage; only those in hand are looked up."""
    family = GaugeMetricFamily(
        "igny8_run_items", "Items of runs under way.", labels=["stage", "state"]
    )
    processing: dict[str, int] = dict(iter(session().execute(_IN_HAND)))
    for slug, total, done, failed, skipped in session().execute(_SETTLED):
        in_hand = processing.get(slug, 0)
        states = {
            ItemStatus.PENDING: max(0, total - done - failed - skipped - in_hand),
            ItemStatus.PROCESSING: in_hand,
            ItemStatus.DONE: done,
            ItemStatus.FAILED: failed,
            ItemStatus.SKIPPED: skipped,
        }
        for state, number in states.items():
            family.add_metric([slug, state.value], number)
    return family


def _lanes() -> Metric:
    family = GaugeMetricFamily(
        "igny8_lanes", "Lanes of runs under way, by whether a job works in them.", labels=["state"]
    )
    found: dict[str, int] = dict(iter(session().execute(_LANES)))
    for state in ("held", "free"):
        family.add_metric([state], found.get(state, 0))
    return family


def _oldest_due() -> Metric:
    age = 0.0
    now, since = session().execute(_OLDEST_DUE).one()
    if since is not None:
        age = max(0.0, (now - since).total_seconds())
    return GaugeMetricFamily(
        "igny8_oldest_due_item_seconds",
        "For how long an item has been due that nobody works on; 0 where none is.",
        value=age,
    )


def _reconciler() -> list[Metric]:
    age = reconciler_age(session())
    if age is None:
        return []
    said = "Since the reconciler's last round."
    return [GaugeMetricFamily("igny8_reconciler_age_seconds", said, value=age)]


_IN_HAND = (
    sa.select(RunItem.stage, sa.func.count())
    .where(RunItem.status == ItemStatus.PROCESSING)
    .group_by(RunItem.stage)
)
_SETTLED = (
    sa.select(
        StageRun.slug,
        sa.func.sum(StageRun.total),
        sa.func.sum(StageRun.processed),
        sa.func.sum(StageRun.failed),
        sa.func.sum(StageRun.skipped),
    )
    .join(Run, Run.id == StageRun.run_id)
    .where(Run.status.in_(LIVE))
    .group_by(StageRun.slug)
)
_LANES = (
    sa.select(
        sa.case(
            (sa.and_(Lane.token.is_not(None), Lane.lease_until >= db_now()), "held"), else_="free"
        ),
        sa.func.count(),
    )
    .join(StageRun, StageRun.id == Lane.stage_run_id)
    .join(Run, Run.id == StageRun.run_id)
    .where(Run.status.in_(LIVE), StageRun.status == StageStatus.RUNNING)
    .group_by(sa.literal_column("1"))
)
_pending = sa.and_(RunItem.stage_run_id == StageRun.id, RunItem.status == ItemStatus.PENDING)
# An item that was never tried has been due since its stage began: one of them tells it all.
_OLDEST_DUE = (
    sa.select(
        db_now(),
        sa.func.min(
            sa.case(
                (
                    sa.exists().where(_pending, RunItem.not_before.is_(None)),
                    StageRun.started_at,
                ),
                else_=sa.select(sa.func.min(RunItem.not_before)).where(_pending).scalar_subquery(),
            )
        ),
    )
    .select_from(StageRun)
    .join(Run, Run.id == StageRun.run_id)
    .where(Run.status.in_(WORKABLE), StageRun.status == StageStatus.RUNNING)
)
