"""What a stage would ask about items, found by letting it work with tools that only listen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import sqlalchemy as sa
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import NoResultFound

from ...current import config
from ...extensions import session
from ...models import AiCall, Run, RunItem, Site, StageRun
from ...pipeline.prompts import Wording
from ...pipeline.providers_of_site import providers_of
from ...pipeline.stage import AnyStage, UnusableAnswer
from ...pipeline.tools import Tools, tools_for_site
from ...providers import text_provider
from ...providers.base import ProviderError, Question, TextProvider
from ...providers.settings import text_settings
from ..errors import Refused
from .tasks import Task

MOST_ANSWERS = 40
"""Recorded ones of an item; a long article takes one a section."""


def question_about(
    site: Site, task: Task, batch: Callable[[int], Sequence[int]], text: str = ""
) -> Question:
    """What would be asked about these items, with ``text`` as the prompt of the task.

    ``batch`` answers them for the most that one brief can take. Raises Refused.
    """
    chat = _chat_of(site)
    tools = replace(tools_for_site(site.id), load_text=lambda: chat, stage=task.stage.slug)
    ids = batch(task.stage.batch(tools))
    try:
        brief = task.stage.brief(ids, session())
    except (LookupError, NoResultFound) as error:
        raise Refused("What this item was made from is gone. Choose another.") from error
    listener = _Listener(
        **{name: getattr(tools, name) for name in Tools.__dataclass_fields__}
        | {"wordings": {task.slug: Wording(text, "this text")}},
        wanted=task.slug,
        recorded=_answers(site, task.stage, ids[0]),
    )
    try:
        task.stage.work(brief, listener)
    except _Asked as asked:
        return asked.question
    raise Refused("Nothing is asked about this item.")


class _Asked(Exception):
    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question


@dataclass(frozen=True)
class _Listener(Tools):
    """Tools that hear what a stage would ask, and let nobody be asked."""

    wanted: str = ""
    """The task whose question is heard."""
    recorded: list[dict[str, Any]] = field(default_factory=list)
    """Answers of a while ago, for the questions that come before it."""

    def ask(
        self,
        brief: BaseModel,
        schema: type[Any],
        *,
        step: str = "",
        aside: Collection[str] = (),
        check: Callable[[Any], object] | None = None,
    ) -> Any:
        question = self.question(brief, schema, step)
        if question.task == self.wanted:
            raise _Asked(question)
        for data in self.recorded:
            try:
                answer = schema.model_validate(data)
                if check is not None:
                    check(answer)
                return answer
            except (ValidationError, UnusableAnswer):
                continue
        raise Refused(
            "About this item another prompt is asked, or asked first, and its answer is not "
            "recorded yet. Choose another item."
        )

    def draw(self, brief: Any) -> NoReturn:
        raise Refused("This stage draws.")


def _chat_of(site: Site) -> TextProvider:
    """The chat model that writes for the site; any, where none does."""
    try:
        settings = providers_of(site.id).text_settings
    except ProviderError:
        settings = text_settings(config())
    return text_provider(replace(settings, base_url=settings.base_url or "http://nobody.invalid"))


def _answers(site: Site, stage: AnyStage, item_id: int) -> list[dict[str, Any]]:
    """What was answered about the item, the latest first."""
    rows = session().scalars(
        sa.select(AiCall.answer)
        .join(RunItem, RunItem.id == AiCall.run_item_id)
        .join(StageRun, StageRun.id == RunItem.stage_run_id)
        .join(Run, Run.id == StageRun.run_id)
        .where(Run.site_id == site.id, RunItem.stage == stage.slug, RunItem.item_id == item_id)
        .order_by(AiCall.id.desc())
        .limit(MOST_ANSWERS)
    )
    return [answer for answer in rows if answer]
