"""The lists of a site, from its keywords to its images."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import Field

from ... import models
from ...services import listing, sites
from ..identity import me
from . import items
from .base import blueprint, operation
from .schemas import Listed, PageQuery

Status = TypeVar("Status", bound=StrEnum)
Item = TypeVar("Item", bound=items.Item)

_NO_SITE = {404: "There is no such site."}


class ListQuery(PageQuery, Generic[Status]):
    """Which part of a list is wanted, and in which status."""

    status: Status | None = Field(None, description="Only these.")


@blueprint.get("/keywords/")
@operation("Keywords", Listed[items.Keyword], problems=_NO_SITE)
def list_keywords(query: ListQuery[models.KeywordStatus]) -> Listed[items.Keyword]:
    """List keywords, oldest first."""
    return _page(models.Keyword, query, Listed[items.Keyword])


@blueprint.get("/clusters/")
@operation("Clusters", Listed[items.Cluster], problems=_NO_SITE)
def list_clusters(query: ListQuery[models.ClusterStatus]) -> Listed[items.Cluster]:
    """List clusters, oldest first."""
    return _page(models.Cluster, query, Listed[items.Cluster])


@blueprint.get("/ideas/")
@operation("Ideas", Listed[items.Idea], problems=_NO_SITE)
def list_ideas(query: ListQuery[models.IdeaStatus]) -> Listed[items.Idea]:
    """List ideas, oldest first."""
    return _page(models.Idea, query, Listed[items.Idea])


@blueprint.get("/tasks/")
@operation("Tasks", Listed[items.Task], problems=_NO_SITE)
def list_tasks(query: ListQuery[models.TaskStatus]) -> Listed[items.Task]:
    """List tasks, oldest first."""
    return _page(models.Task, query, Listed[items.Task])


@blueprint.get("/content/")
@operation("Content", Listed[items.Content], problems=_NO_SITE)
def list_content(query: ListQuery[models.ContentStatus]) -> Listed[items.Content]:
    """List content with its HTML, oldest first."""
    return _page(models.Content, query, Listed[items.Content])


@blueprint.get("/images/")
@operation("Images", Listed[items.Image], problems=_NO_SITE)
def list_images(query: ListQuery[models.ImageStatus]) -> Listed[items.Image]:
    """List images, oldest first."""
    return _page(models.Image, query, Listed[items.Image])


def _page(of: listing.Listed, query: ListQuery[Status], answer: type[Listed[Item]]) -> Listed[Item]:
    site = sites.find_site_by_id(me(), query.site_id)
    page = listing.page(of, site, status=query.status, limit=query.limit, cursor=query.cursor)
    return answer.model_validate({"data": page.rows, "next": page.next})
