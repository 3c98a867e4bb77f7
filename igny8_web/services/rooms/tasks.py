"""The tasks of a site as a list."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ...models import Cluster, Content, Idea, Site, Task, TaskStatus
from ..filtering import Conditions, Filter
from ..paging import Order, Page, Place, find_page


@dataclass(frozen=True)
class TaskFilter(Filter):
    """What a person looks for among tasks."""

    model = Task
    statuses = TaskStatus

    status: TaskStatus | None = None
    text: str = ""
    """A part of the title."""

    def own_conditions(self) -> Conditions:
        """One for each that is given."""
        return [Task.title.icontains(self.text, autoescape=True)] if self.text else []


def tasks(
    site: Site,
    place: Place,
    wanted: TaskFilter = TaskFilter(),
) -> Page:
    """Tasks with the content that came of them, the newest first."""
    query = (
        sa.select(
            Task.id,
            Task.title,
            Task.status,
            Task.created_at,
            Task.idea_id,
            Idea.cluster_id,
            Cluster.name.label("cluster"),
            Content.id.label("content_id"),
            Content.status.label("content_status"),
        )
        .join(Idea, Idea.id == Task.idea_id)
        .join(Cluster, Cluster.id == Idea.cluster_id)
        .outerjoin(Content, Content.task_id == Task.id)
        .where(*wanted.conditions(site))
    )
    return find_page(query, Order([Task.id]), place)
