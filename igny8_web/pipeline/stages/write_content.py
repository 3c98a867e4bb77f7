"""Stage 4: each queued task becomes a draft."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...models import Content, Site, Task, TaskStatus
from ...providers.contracts import WriteContentBrief
from .. import html
from ..briefs import keyword_in, site_in
from ..checking import check_content, note_report
from ..stage import Stage
from ..text_versions import add_version
from ..tools import Tools
from ..writing import Draft, at_once, written
from ..writing.links import published_links


class WriteContent(Stage[WriteContentBrief, Draft]):
    """One article at a time, in as many requests as it is long."""

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
        """The idea of the task with its keywords, and what the article may link to."""
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
            related=published_links(db, task.site_id),
        )

    def work(self, brief: WriteContentBrief, tools: Tools) -> Draft:
        """Have it written; its HTML is safe."""
        return written(brief, tools) if tools.text.in_parts else at_once(brief, tools)

    def store(self, items: Sequence[int], result: Draft, db: Session) -> int:
        """Keep the draft of a task that is still to be written."""
        task = db.get_one(Task, items[0], with_for_update=True)
        if task.status is not TaskStatus.QUEUED:
            return 0
        answer = result.answer
        task.status = TaskStatus.COMPLETED
        content = Content(
            site_id=task.site_id,
            task_id=task.id,
            title=answer.title[:400],
            slug=_free_slug(db, task.site_id, answer.slug),
            html=result.html,
            meta_title=answer.meta_title,
            meta_description=answer.meta_description,
            excerpt=answer.excerpt,
            word_count=html.words(result.html),
            written_by=result.written_by,
            prompt_version=result.prompt_version,
        )
        note_report(content, check_content(db, content, task.idea))
        db.add(content)
        db.flush()
        add_version(db, content, made_by=result.written_by, prompt_version=result.prompt_version)
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
