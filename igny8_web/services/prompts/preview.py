"""A prompt as it would be sent, about an item of the site. Nothing is asked, nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from ...extensions import session
from ...models import ItemStatus, Run, RunItem, Site, StageRun
from ...pipeline.briefs import site_in
from ...pipeline.prompt_variables import values_of, values_of_site
from ...pipeline.providers_of_site import providers_of
from ...pipeline.stage import AnyStage
from ...providers.base import ProviderError
from ..errors import Refused
from .listening import question_about
from .tasks import Task

MOST_OFFERED = 10
"""Items that wait, and as many that are done."""
MOST_TRIED = 5
MOST_WAITING = 5_000
MOST_TOGETHER = 200
"""More keywords take a while to group; a request holds about as many."""
AT_A_GLANCE = 20
"""So few are not grouped at all."""
BYTES_A_TOKEN = 4
"""About right for text in most languages; a provider counts for itself."""


@dataclass(frozen=True)
class Item:
    """Something that the prompt can be about."""

    id: int
    title: str
    waits: bool


@dataclass(frozen=True)
class Preview:
    """What would be sent, as ``(role, text)``."""

    messages: list[tuple[str, str]]

    @property
    def characters(self) -> int:
        """All of it."""
        return sum(len(text) for _, text in self.messages)

    @property
    def tokens(self) -> int:
        """About how many tokens that are."""
        return sum(len(text.encode()) for _, text in self.messages) // BYTES_A_TOKEN


@dataclass(frozen=True)
class Example:
    """The first item that the prompt is asked about, and its variables."""

    item: Item | None
    values: dict[str, str | int]
    """Without an item only those of the site."""


def is_read(site: Site) -> bool:
    """Whether a chat model writes for the site: the offline provider reads no prompt."""
    try:
        return bool(providers_of(site.id).text_settings.base_url)
    except ProviderError:
        return True  # one is set, although its key cannot be opened


def items(site: Site, task: Task) -> list[Item]:
    """Items to choose from: those that wait first, then those worked last."""
    waiting = session().execute(task.stage.waiting(site.id).limit(MOST_OFFERED))
    found = {item_id: Item(item_id, title, waits=True) for item_id, title in waiting}
    worked = _worked(site, task.stage).order_by(RunItem.id.desc()).limit(MOST_OFFERED)
    for item_id, title in session().execute(worked):
        found.setdefault(item_id, Item(item_id, title, waits=False))
    return list(found.values())


def example(site: Site, task: Task) -> Example:
    """What to show a prompt with before anybody chose."""
    for item in items(site, task)[:MOST_TRIED]:
        try:
            question = question_about(site, task, partial(_batch, site, task, item, AT_A_GLANCE))
        except Refused:
            continue
        return Example(item, values_of(task.slug, question.brief))
    return Example(None, values_of_site(site_in(site)))


def preview(site: Site, task: Task, text: str, item_id: int) -> Preview:
    """The messages about an item, with ``text`` in the place of the prompt. Raises Refused."""
    from ...providers.chat.client import messages  # 3 MB that other pages need not carry

    item = next((each for each in items(site, task) if each.id == item_id), None)
    if item is None:
        raise Refused("Choose an item to preview the prompt with.")
    question = question_about(site, task, partial(_batch, site, task, item, MOST_TOGETHER), text)
    try:
        return Preview([(each["role"], each["content"]) for each in messages(question)])
    except ProviderError as error:
        raise Refused(error.message) from error


def _batch(site: Site, task: Task, item: Item, most: int, size: int) -> list[int]:
    """The item and those that would be asked about with it: ``size`` and ``most`` at most."""
    size = min(size, most)
    if size == 1:
        return [item.id]
    query = task.stage.waiting(site.id).limit(MOST_WAITING)
    if not item.waits:
        itself = sa.select(sa.func.max(RunItem.id)).where(
            RunItem.stage == task.stage.slug, RunItem.item_id == item.id
        )
        query = (
            _worked(site, task.stage)
            .where(RunItem.id >= itself.scalar_subquery())
            .order_by(RunItem.id)
            .limit(size)
        )
    ids = [item_id for item_id, _ in session().execute(query)]
    start = ids.index(item.id) if item.id in ids else 0
    return ids[start : start + size] or [item.id]


def _worked(site: Site, stage: AnyStage) -> sa.Select[int, str]:
    return (
        sa.select(RunItem.item_id, RunItem.title)
        .join(StageRun, StageRun.id == RunItem.stage_run_id)
        .join(Run, Run.id == StageRun.run_id)
        .where(Run.site_id == site.id, RunItem.stage == stage.slug)
        .where(RunItem.status == ItemStatus.DONE)
    )
