"""The rooms of a site: its keywords, clusters, ideas, tasks, contents and images as lists.

Every list is of one site, holds columns and no objects, and takes two queries: the page, and
how many rows there are of each status.
"""

from __future__ import annotations

import enum
from collections import Counter
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from ..extensions import session
from ..models import (
    Cluster,
    ClusterStatus,
    Content,
    ContentStatus,
    Idea,
    IdeaStatus,
    Image,
    ImageKind,
    ImageStatus,
    Keyword,
    KeywordStatus,
    Site,
    Task,
    TaskStatus,
    idea_keyword,
)
from .errors import NotFound
from .paging import Page, Place, Query, find_page

IMAGES_ON_A_PAGE = 24

Model = TypeVar("Model", Keyword, Cluster, Idea, Task, Content, Image)


def keywords(
    site: Site, place: Place, status: KeywordStatus | None = None, cluster: Cluster | None = None
) -> Page:
    """Keywords with their cluster, the most searched first; unknown volumes come last."""
    query = sa.select(
        Keyword.id,
        Keyword.phrase,
        Keyword.volume,
        Keyword.difficulty,
        Keyword.cpc,
        Keyword.intent,
        Keyword.country,
        Keyword.status,
        Keyword.cluster_id,
        Cluster.name.label("cluster"),
    ).outerjoin(Cluster, Cluster.id == Keyword.cluster_id)
    if cluster is not None:
        query = query.where(Keyword.cluster_id == cluster.id)
    keys = [sa.func.coalesce(Keyword.volume, -1), -Keyword.id]
    return find_page(_of(query, Keyword, site, status), keys, place)


def clusters(site: Site, place: Place, status: ClusterStatus | None = None) -> Page:
    """Clusters with how many keywords and ideas they have, the newest first.

    ``volume`` is the sum of what is known of the keywords' volumes, None where nothing is.
    """
    inside = sa.select(sa.func.count()).where(Keyword.cluster_id == Cluster.id)
    volume = sa.select(sa.func.sum(Keyword.volume)).where(Keyword.cluster_id == Cluster.id)
    ideas = sa.select(sa.func.count()).where(Idea.cluster_id == Cluster.id)
    query = sa.select(
        Cluster.id,
        Cluster.name,
        Cluster.status,
        inside.scalar_subquery().label("keywords"),
        volume.scalar_subquery().label("volume"),
        ideas.scalar_subquery().label("ideas"),
    )
    return find_page(_of(query, Cluster, site, status), [Cluster.id], place)


def ideas(
    site: Site, place: Place, status: IdeaStatus | None = None, cluster: Cluster | None = None
) -> Page:
    """Ideas with their cluster and how many keywords they answer, the newest first."""
    answered = sa.select(sa.func.count()).where(idea_keyword.c.idea_id == Idea.id)
    query = sa.select(
        Idea.id,
        Idea.title,
        Idea.description,
        Idea.content_type,
        Idea.outline,
        Idea.target_words,
        Idea.status,
        Idea.cluster_id,
        Cluster.name.label("cluster"),
        answered.scalar_subquery().label("keywords"),
    ).join(Cluster, Cluster.id == Idea.cluster_id)
    if cluster is not None:
        query = query.where(Idea.cluster_id == cluster.id)
    return find_page(_of(query, Idea, site, status), [Idea.id], place)


def tasks(site: Site, place: Place, status: TaskStatus | None = None) -> Page:
    """Tasks with the content that came of them, the newest first."""
    query = (
        sa.select(
            Task.id,
            Task.title,
            Task.status,
            Task.created_at,
            Idea.cluster_id,
            Cluster.name.label("cluster"),
            Content.id.label("content_id"),
            Content.status.label("content_status"),
        )
        .join(Idea, Idea.id == Task.idea_id)
        .join(Cluster, Cluster.id == Idea.cluster_id)
        .outerjoin(Content, Content.task_id == Task.id)
    )
    return find_page(_of(query, Task, site, status), [Task.id], place)


def contents(site: Site, place: Place, status: ContentStatus | None = None) -> Page:
    """Contents with how many of their images are made, the newest first."""
    return find_page(_of(_contents(), Content, site, status), [Content.id], place)


def contents_to_review(site: Site, place: Place, status: ContentStatus) -> Page:
    """The same with the featured image; the one that waits longest comes first."""
    query = (
        _contents()
        .add_columns(Image.file, Image.width, Image.height)
        .outerjoin(Image, sa.and_(Image.content_id == Content.id, Image.kind == ImageKind.FEATURED))
    )
    return find_page(_of(query, Content, site, status), [-Content.id], place)


def images(
    site: Site, place: Place, status: ImageStatus | None = None, size: int = IMAGES_ON_A_PAGE
) -> Page:
    """Images with the article they belong to, the newest first."""
    query = sa.select(
        Image.id,
        Image.kind,
        Image.position,
        Image.prompt,
        Image.alt,
        Image.status,
        Image.file,
        Image.width,
        Image.height,
        Image.error,
        Image.content_id,
        Content.title,
    ).join(Content, Content.id == Image.content_id)
    return find_page(_of(query, Image, site, status), [Image.id], place, size)


def counts(model: type[Model], site: Site, cluster: Cluster | None = None) -> Counter[str]:
    """How many rows of the site have each status; a status that no row has counts 0."""
    status: InstrumentedAttribute[Any] = model.status
    query = sa.select(status, sa.func.count()).where(model.site_id == site.id).group_by(status)
    if cluster is not None:
        query = query.filter_by(cluster_id=cluster.id)
    return Counter({row[0].value: row[1] for row in session().execute(query)})


def find_cluster(site: Site, cluster_id: int) -> Cluster:
    """The cluster of the site. Raises NotFound."""
    found = session().scalar(
        sa.select(Cluster).where(Cluster.id == cluster_id, Cluster.site_id == site.id)
    )
    if found is None:
        raise NotFound("There is no such cluster on this site.")
    return found


def _contents() -> Query:
    pictures = sa.select(sa.func.count()).where(Image.content_id == Content.id).correlate(Content)
    return (
        sa.select(
            Content.id,
            Content.title,
            Content.status,
            Content.word_count,
            Content.review_note,
            Content.created_at,
            Idea.cluster_id,
            Cluster.name.label("cluster"),
            pictures.scalar_subquery().label("images"),
            pictures.where(Image.status == ImageStatus.GENERATED).scalar_subquery().label("made"),
        )
        .join(Task, Task.id == Content.task_id)
        .join(Idea, Idea.id == Task.idea_id)
        .join(Cluster, Cluster.id == Idea.cluster_id)
    )


def _of(query: Query, model: type[Model], site: Site, status: enum.StrEnum | None) -> Query:
    """No list forgets its site: all of them pass here."""
    query = query.where(model.site_id == site.id)
    return query if status is None else query.where(model.status == status)
