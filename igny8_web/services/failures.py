"""What failed in a run and why: grouped by the database, however many items failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..extensions import session
from ..models import ItemStatus, Run, RunItem, StageRun
from ..pipeline.stages import stage_by_slug
from ..pipeline.wording import count_of

REASONS_SHOWN = 8
TITLES_SHOWN = 5
"""Of the items that failed for one reason, how many are named."""
LONGEST_REASON = 1_000
"""Characters; what begins alike is one reason."""
NO_REASON = "No reason was recorded."


@dataclass(frozen=True)
class FailureGroup:
    """Items of one stage that failed for the same reason."""

    stage: str
    """Its slug."""
    what: str
    """How many of what: "3 clusters"."""
    count: int
    reason: str
    items: tuple[tuple[int, str], ...]
    """Of the first of them: id and title."""

    @property
    def titles(self) -> tuple[str, ...]:
        """Of the first of them."""
        return tuple(title for _, title in self.items)


@dataclass(frozen=True)
class Failures:
    """The most frequent reasons, and how much there is besides them."""

    groups: tuple[FailureGroup, ...] = ()
    other_reasons: int = 0
    other_items: int = 0

    @property
    def rest(self) -> str | None:
        """ "and 14 other reasons (37 items)"; None when all are shown."""
        if not self.other_reasons:
            return None
        reasons = count_of(self.other_reasons, ("other reason", "other reasons"))
        return f"and {reasons} ({count_of(self.other_items, ('item', 'items'))})"

    @property
    def lines(self) -> list[str]:
        """As text: "3 clusters: The provider is busy."."""
        told = [f"{group.what}: {' '.join(group.reason.split())}" for group in self.groups]
        return [*told, self.rest] if self.rest else told


def failures_of(run: Run, titles: int = TITLES_SHOWN) -> Failures:
    """The failures of a run by stage and reason, in two queries; none when nothing failed."""
    stages = {stage_run.id: stage_run for stage_run in run.stages if stage_run.failed}
    if not stages:
        return Failures()
    failed = _failed(list(stages)).subquery()
    groups = session().execute(_groups(failed)).all()
    if not groups:
        return Failures()
    named = _first_items(failed, groups, titles) if titles else {}
    return Failures(
        tuple(
            _group(stages[group.stage_run_id], group, named.get(place, ()))
            for place, group in enumerate(groups)
        ),
        other_reasons=groups[0].all_groups - len(groups),
        other_items=groups[0].all_items - sum(group.number for group in groups),
    )


def _failed(stage_run_ids: Sequence[int]) -> sa.Select[Any]:
    reason = sa.func.substr(sa.func.coalesce(RunItem.error, NO_REASON), 1, LONGEST_REASON)
    return sa.select(
        RunItem.stage_run_id,
        RunItem.position,
        RunItem.item_id,
        RunItem.title,
        reason.label("reason"),
    ).where(RunItem.stage_run_id.in_(stage_run_ids), RunItem.status == ItemStatus.FAILED)


def _groups(failed: sa.Subquery) -> sa.Select[Any]:
    number = sa.func.count()
    return (
        sa.select(
            failed.c.stage_run_id,
            failed.c.reason,
            number.label("number"),
            sa.func.count().over().label("all_groups"),
            sa.func.sum(number).over().label("all_items"),
        )
        .group_by(failed.c.stage_run_id, failed.c.reason)
        .order_by(number.desc(), failed.c.stage_run_id, failed.c.reason)
        .limit(REASONS_SHOWN)
    )


def _first_items(
    failed: sa.Subquery, groups: Sequence[sa.Row[Any]], most: int
) -> Mapping[int, Sequence[tuple[int, str]]]:
    """The first items of each group, by its place."""
    first = [
        sa.select(
            sa.literal(place).label("place"),
            failed.c.position,
            failed.c.item_id,
            failed.c.title,
        )
        .where(failed.c.stage_run_id == group.stage_run_id, failed.c.reason == group.reason)
        .order_by(failed.c.position)
        .limit(most)
        .subquery()
        for place, group in enumerate(groups)
    ]
    rows = session().execute(sa.union_all(*(sa.select(some) for some in first)))
    items: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for place, _, item_id, title in sorted(rows):
        items[place].append((item_id, title))
    return items


def _group(
    stage_run: StageRun, group: sa.Row[Any], items: Sequence[tuple[int, str]]
) -> FailureGroup:
    unit = stage_by_slug(stage_run.slug).unit
    return FailureGroup(
        stage=stage_run.slug,
        what=count_of(group.number, unit),
        count=group.number,
        reason=group.reason,
        items=tuple(items),
    )
