"""What happened to one item: its attempts, what was asked and answered, and what that cost."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..extensions import session
from ..models import (
    AiCall,
    Cluster,
    Content,
    Idea,
    Image,
    ItemStatus,
    Keyword,
    Mishap,
    Run,
    RunItem,
    Site,
    StageRun,
    Task,
    User,
)
from ..pipeline.stages import stage_by_slug
from .errors import NotFound

ATTEMPTS_SHOWN = 20
"""Runs of one stage over one item, the newest first."""
CALLS_LOOKED_AT = 200
"""Of a stage that asks about many items at once, to find those about this one."""
ROWS: Mapping[str, tuple[Any, Any]] = {
    "cluster-keywords": (Keyword, Keyword.phrase),
    "develop-ideas": (Cluster, Cluster.name),
    "queue-tasks": (Idea, Idea.title),
    "write-content": (Task, Task.title),
    "write-image-prompts": (Content, Content.title),
    "draw-images": (Image, Image.alt),
    "gather-for-review": (Content, Content.title),
}
"""What the items of a stage are, and what they are called."""


@dataclass(frozen=True)
class Asked:
    """One request to a provider."""

    call: AiCall
    shared_by: int
    """How many items it was about; its cost is that of all of them."""

    @property
    def seconds(self) -> float | None:
        """How long the answer took; None while there is none."""
        call = self.call
        return (call.finished_at - call.created_at).total_seconds() if call.finished_at else None

    @property
    def answer(self) -> str | None:
        """The answer as it was recorded, for reading."""
        if self.call.answer is None:
            return None
        return json.dumps(self.call.answer, ensure_ascii=False, indent=2)


@dataclass(frozen=True)
class Entry:
    """The item in one run."""

    run_id: str
    item: RunItem
    mishaps: Sequence[Mishap]
    """Attempts that came to nothing, the first of them first."""
    asked: Sequence[Asked]
    repeated: bool
    """Whether a request was made twice, since the answer to the first was never recorded."""

    @property
    def can_retry(self) -> bool:
        """Whether its last word is a failure."""
        return self.item.status is ItemStatus.FAILED


@dataclass(frozen=True)
class ItemLog:
    """All that is known."""

    title: str
    entries: Sequence[Entry]
    """The newest run first."""


def may_see_prompts(user: User, site: Site) -> bool:
    """Whether prompts and answers are shown to this account.

    Every account is an owner of this installation (see ``sites.visible_to``). This is the one
    place to change when that is no longer so.
    """
    return True


def log_of(site: Site, slug: str, item_id: int) -> ItemLog:
    """What a stage did to one item of the site, whatever runs it was in. Five queries.

    Raises NotFound.
    """
    if slug not in ROWS:
        raise NotFound("There is no such stage.")
    model, label = ROWS[slug]
    title = session().scalar(sa.select(label).where(model.id == item_id, model.site_id == site.id))
    if title is None:
        raise NotFound("There is no such item on this site any more.")
    rows = (
        session()
        .execute(
            sa.select(RunItem, Run.run_id)
            .join(StageRun, StageRun.id == RunItem.stage_run_id)
            .join(Run, Run.id == StageRun.run_id)
            .where(RunItem.item_id == item_id, RunItem.stage == slug, Run.site_id == site.id)
            .order_by(RunItem.id.desc())
            .limit(ATTEMPTS_SHOWN)
        )
        .all()
    )
    mishaps = _mishaps([item.id for item, _ in rows])
    asked = _asked_together(rows) if _in_batches(slug) else _asked_alone(rows)
    entries = [
        Entry(run_id, item, mishaps[item.id], asked[item.id], _repeated(asked[item.id]))
        for item, run_id in rows
    ]
    return ItemLog(title, entries)


def _in_batches(slug: str) -> bool:
    return slug == "cluster-keywords"


def _mishaps(ids: Sequence[int]) -> Mapping[int, list[Mishap]]:
    found: dict[int, list[Mishap]] = defaultdict(list)
    query = sa.select(Mishap).where(Mishap.run_item_id.in_(ids)).order_by(Mishap.id)
    for mishap in session().scalars(query):
        found[mishap.run_item_id].append(mishap)
    return found


def _asked_alone(rows: Sequence[tuple[RunItem, str]]) -> Mapping[int, list[Asked]]:
    found: dict[int, list[Asked]] = defaultdict(list)
    ids = [item.id for item, _ in rows]
    query = sa.select(AiCall).where(AiCall.run_item_id.in_(ids)).order_by(AiCall.id)
    for call in session().scalars(query):
        found[call.run_item_id].append(Asked(call, 1))
    return found


def _asked_together(rows: Sequence[tuple[RunItem, str]]) -> Mapping[int, list[Asked]]:
    """Calls stand on the first item of a batch; those about an item name it in their answer."""
    found: dict[int, list[Asked]] = defaultdict(list)
    items = {item.stage_run_id: item for item, _ in rows}
    query = (
        sa.select(AiCall, RunItem.stage_run_id)
        .join(RunItem, RunItem.id == AiCall.run_item_id)
        .where(RunItem.stage_run_id.in_(items))
        .order_by(AiCall.id.desc())
        .limit(CALLS_LOOKED_AT)
    )
    for call, stage_run_id in session().execute(query):
        item, about = items[stage_run_id], _about(call.answer)
        if item.item_id in about or call.run_item_id == item.id:
            found[item.id].insert(0, Asked(call, max(1, len(about))))
    return found


def _about(answer: dict[str, Any] | None) -> set[int]:
    clusters = (answer or {}).get("clusters")
    if not isinstance(clusters, list):
        return set()
    ids = (group.get("keyword_ids") for group in clusters if isinstance(group, dict))
    return {each for some in ids if isinstance(some, list) for each in some}


def _repeated(asked: Sequence[Asked]) -> bool:
    prints = [each.call.fingerprint for each in asked]
    return any(
        each.call.status == "lost" and prints.count(each.call.fingerprint) > 1 for each in asked
    )


def stage_title(slug: str) -> str:
    """As the card shows it."""
    return stage_by_slug(slug).title
