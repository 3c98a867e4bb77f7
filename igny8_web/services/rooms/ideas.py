"""The ideas of a site as a list."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ...models import Cluster, Idea, IdeaStatus, Site, idea_keyword
from ..filtering import Conditions, Filter
from ..paging import Order, Page, Place, find_page


@dataclass(frozen=True)
class IdeaFilter(Filter):
    """What a person looks for among ideas."""

    model = Idea
    statuses = IdeaStatus
    aside = (IdeaStatus.DISCARDED,)

    status: IdeaStatus | None = None
    text: str = ""
    """A part of the title."""
    content_type: str = ""
    cluster_id: int | None = None

    def own_conditions(self) -> Conditions:
        """One for each that is given."""
        found: Conditions = []
        if self.text:
            found.append(Idea.title.icontains(self.text, autoescape=True))
        if self.content_type:
            found.append(Idea.content_type == self.content_type)
        if self.cluster_id is not None:
            found.append(Idea.cluster_id == self.cluster_id)
        return found


def ideas(
    site: Site,
    place: Place,
    wanted: IdeaFilter = IdeaFilter(),
) -> Page:
    """Ideas with their cluster and how many keywords they answer, the newest first."""
    answered = sa.select(sa.func.count()).where(idea_keyword.c.idea_id == Idea.id)
    query = (
        sa.select(
            Idea.id,
            Idea.title,
            Idea.description,
            Idea.content_type,
            Idea.outline,
            Idea.target_words,
            Idea.status,
            Idea.refusal,
            Idea.cluster_id,
            Cluster.name.label("cluster"),
            answered.scalar_subquery().label("keywords"),
        )
        .join(Cluster, Cluster.id == Idea.cluster_id)
        .where(*wanted.conditions(site))
    )
    return find_page(query, Order([Idea.id]), place)
