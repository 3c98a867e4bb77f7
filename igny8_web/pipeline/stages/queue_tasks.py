"""Stage 3: each new idea becomes one task."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...models import Idea, IdeaStatus, Task
from ..stage import LocalStage


class QueueTasks(LocalStage):
    """Nobody has to be asked for this one."""

    slug = "queue-tasks"
    title = "Ideas → Tasks"
    unit = ("idea", "ideas")
    makes = ("task", "tasks")

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """New ideas, the oldest first."""
        return (
            sa.select(Idea.id, Idea.title)
            .where(Idea.site_id == site_id, Idea.status == IdeaStatus.NEW)
            .order_by(Idea.id)
        )

    def store(self, items: Sequence[int], result: Sequence[int], db: Session) -> int:
        """One task for each idea that has none."""
        ideas = db.scalars(
            sa.select(Idea)
            .where(Idea.id.in_(items), Idea.status == IdeaStatus.NEW)
            .order_by(Idea.id)
            .with_for_update()
        ).all()
        for idea in ideas:
            idea.status = IdeaStatus.QUEUED
            db.add(Task(site_id=idea.site_id, idea_id=idea.id, title=idea.title))
        return len(ideas)
