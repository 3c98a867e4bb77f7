"""The contents of a site as lists: all of them, and those that a reviewer has to do with."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ...models import Cluster, Content, ContentStatus, Idea, Image, ImageKind, Site, Task
from ..filtering import Conditions, Filter
from ..paging import Order, Page, Place, Query, find_page


@dataclass(frozen=True)
class ContentFilter(Filter):
    """What a person looks for among contents."""

    model = Content
    statuses = ContentStatus

    status: ContentStatus | None = None
    text: str = ""
    """A part of the title."""

    def own_conditions(self) -> Conditions:
        """One for each that is given."""
        return [Content.title.icontains(self.text, autoescape=True)] if self.text else []


def contents(
    site: Site,
    place: Place,
    wanted: ContentFilter = ContentFilter(),
) -> Page:
    """Contents with how many of their images are made, the newest first."""
    return find_page(_contents(site, wanted), Order([Content.id]), place)


def contents_to_review(site: Site, place: Place, wanted: ContentFilter) -> Page:
    """The same with the featured image; the one that waits longest comes first."""
    query = (
        _contents(site, wanted)
        .add_columns(Image.file, Image.width, Image.height)
        .outerjoin(Image, sa.and_(Image.content_id == Content.id, Image.kind == ImageKind.FEATURED))
    )
    return find_page(query, Order([Content.id], descending=False), place)


def _contents(site: Site, wanted: ContentFilter) -> Query:
    pictures = sa.select(sa.func.count()).where(Image.content_id == Content.id).correlate(Content)
    return (
        sa.select(
            Content.id,
            Content.task_id,
            Content.title,
            Content.status,
            Content.word_count,
            Content.score,
            Content.musts_failed,
            Content.review_note,
            Content.created_at,
            Idea.cluster_id,
            Cluster.name.label("cluster"),
            pictures.scalar_subquery().label("images"),
            pictures.where(Image.file.is_not(None)).scalar_subquery().label("made"),
        )
        .join(Task, Task.id == Content.task_id)
        .join(Idea, Idea.id == Task.idea_id)
        .join(Cluster, Cluster.id == Idea.cluster_id)
        .where(*wanted.conditions(site))
    )
