"""Stage 4: each queued task becomes a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...models import Content, Site, Task, TaskStatus
from ...providers.contracts import WriteContentAnswer, WriteContentBrief
from .. import html
from ..briefs import keyword_in, site_in
from ..stage import Stage, UnusableAnswer
from ..tools import Tools


@dataclass(frozen=True)
class Draft:
    """An answer whose HTML is safe, and who wrote it."""

    answer: WriteContentAnswer
    html: str
    words: int
    written_by: str


class WriteContent(Stage[WriteContentBrief, Draft]):
    """One article a call."""

    slug = "write-content"
    title = "Tasks → Content"
    unit = ("task", "tasks")
    makes = ("draft", "drafts")

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """Queued tasks, the oldest first."""
        return (
            sa.select(Task.id, Task.title)
            .where(Task.site_id == site_id, Task.status == TaskStatus.QUEUED)
            .order_by(Task.id)
        )

    def brief(self, items: Sequence[int], db: Session) -> WriteContentBrief:
        """The idea of the task, with its keywords."""
        task = db.get_one(Task, items[0])
        idea = task.idea
        return WriteContentBrief(
            site=site_in(db.get_one(Site, task.site_id)),
            task_id=task.id,
            title=task.title,
            description=idea.description,
            content_type=idea.content_type,
            outline=tuple(idea.outline),
            target_words=idea.target_words,
            cluster=idea.cluster.name,
            keywords=tuple(keyword_in(keyword) for keyword in idea.keywords),
        )

    def work(self, brief: WriteContentBrief, tools: Tools) -> Draft:
        """Ask for the draft and make its HTML safe."""
        answer = tools.ask(brief, WriteContentAnswer)
        if answer.task_id != brief.task_id:
            raise UnusableAnswer(f"The answer is for task {answer.task_id}, never asked.")
        safe = html.clean(answer.html)
        words = html.words(safe)
        if not html.sections(safe):
            raise UnusableAnswer("The draft has no sections.")
        return Draft(answer, safe, words, f"{tools.text.name}/{tools.text.model}")

    def store(self, items: Sequence[int], result: Draft, db: Session) -> int:
        """Keep the draft of a task that is still to be written."""
        task = db.get_one(Task, items[0], with_for_update=True)
        if task.status is not TaskStatus.QUEUED:
            return 0
        answer = result.answer
        task.status = TaskStatus.COMPLETED
        db.add(
            Content(
                site_id=task.site_id,
                task_id=task.id,
                title=answer.title[:400],
                slug=_free_slug(db, task.site_id, answer.slug),
                html=result.html,
                meta_title=answer.meta_title,
                meta_description=answer.meta_description,
                excerpt=answer.excerpt,
                word_count=result.words,
                written_by=result.written_by,
            )
        )
        return 1


def _free_slug(db: Session, site_id: int, wanted: str) -> str:
    taken = set(
        db.scalars(
            sa.select(Content.slug).where(
                Content.site_id == site_id, Content.slug.startswith(wanted, autoescape=True)
            )
        )
    )
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
