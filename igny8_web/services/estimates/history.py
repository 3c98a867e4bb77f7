"""What the last runs of a site took: three queries of bounded size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ...extensions import session
from ...models import AiCall, ItemStatus, Run, RunItem, RunStatus, Scope, Site, StageRun
from ...pipeline.stages import stage_by_slug
from .guesses import PerItem
from .ranges import Range, about

LAST_RUNS = 5
SAMPLED = 60
"""Items of a stage whose calls are looked at, over all of these runs."""
ENOUGH_KEYWORDS = 50
"""Fewer in a run say nothing of many: a call takes 200, and each has the same instructions."""


@dataclass(frozen=True)
class History:
    """What was measured, by stage."""

    runs: int = 0
    """Completed automation runs that were looked at."""
    made: Mapping[str, Range] = field(default_factory=dict)
    """Rows that came out of one item, from the run with the fewest to that with the most."""
    per_item: Mapping[str, PerItem] = field(default_factory=dict)
    """Of the models in force alone."""


def history_of(site: Site, models: Collection[str]) -> History:
    """What is known from the site's last completed automation runs."""
    done = _stages_done(site)
    by_stage: dict[str, list[StageRun]] = defaultdict(list)
    for stage_run in done:
        by_stage[stage_run.slug].append(stage_run)
    return History(
        runs=len({stage_run.run_id for stage_run in done}),
        made={slug: _made(runs) for slug, runs in by_stage.items()},
        per_item=_per_item(by_stage, models),
    )


def _stages_done(site: Site) -> Sequence[StageRun]:
    """The stages of these runs that had anything to do, the newest first."""
    latest = (
        sa.select(Run.id)
        .where(Run.site_id == site.id, Run.scope == Scope.AUTOMATION)
        .where(Run.status == RunStatus.COMPLETED)
        .where(sa.exists().where(StageRun.run_id == Run.id, StageRun.processed > 0))
        .order_by(Run.id.desc())
        .limit(LAST_RUNS)
    )
    return (
        session()
        .scalars(
            sa.select(StageRun)
            .where(StageRun.run_id.in_(latest), StageRun.processed > 0)
            .order_by(StageRun.id.desc())
        )
        .all()
    )


def _made(runs: Sequence[StageRun]) -> Range:
    ratios = [Decimal(run.made) / run.settled for run in runs]
    return Range(min(ratios), max(ratios))


def _per_item(
    by_stage: Mapping[str, Sequence[StageRun]], models: Collection[str]
) -> dict[str, PerItem]:
    """Averages over the calls of some items, a stage each."""
    if not models:
        return {}
    whole: list[StageRun] = []
    alone: list[StageRun] = []
    for slug, runs in by_stage.items():
        if _in_batches(slug):  # its calls stand on the first item of a batch
            whole += [run for run in runs if run.settled >= ENOUGH_KEYWORDS][:1]
        else:
            alone += runs
    most = max(1, SAMPLED // max((len(runs) for runs in by_stage.values()), default=1))
    rows = _calls([run.id for run in alone], models, RunItem.position <= most)
    rows += _calls([run.id for run in whole], models)
    calls: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        calls[row.stage].append(row)
    settled = {run.slug: run.settled for run in whole}
    return {slug: _average(found, settled.get(slug)) for slug, found in calls.items()}


def _in_batches(slug: str) -> bool:
    return slug == "cluster-keywords" or stage_by_slug(slug).batch_size > 1


def _calls(
    stage_runs: Sequence[int], models: Collection[str], *where: sa.ColumnElement[bool]
) -> list[Any]:
    if not stage_runs:
        return []
    over = (ItemStatus.DONE, ItemStatus.FAILED)
    query = (
        sa.select(
            AiCall.stage,
            AiCall.run_item_id,
            AiCall.usage,
            AiCall.created_at,
            AiCall.finished_at,
        )
        .join(RunItem, RunItem.id == AiCall.run_item_id)
        .where(RunItem.stage_run_id.in_(stage_runs), RunItem.status.in_(over), *where)
        .where(AiCall.model.in_(models), AiCall.finished_at.is_not(None))
    )
    return list(session().execute(query))


def _average(calls: Sequence[Any], settled: int | None) -> PerItem:
    items = settled or len({call.run_item_id for call in calls})
    usages = [call.usage or {} for call in calls]
    seconds = sum((call.finished_at - call.created_at).total_seconds() for call in calls)
    return PerItem(
        calls=about(Decimal(len(calls)) / items),
        tokens_in=about(Decimal(sum(usage.get("input") or 0 for usage in usages)) / items),
        tokens_out=about(Decimal(sum(usage.get("output") or 0 for usage in usages)) / items),
        seconds=about(Decimal(str(max(0.0, seconds))) / len(calls)),
        measured=True,
    )
