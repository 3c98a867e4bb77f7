"""What came of the stages: keywords to images, each with the ids of its parents."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from pydantic import Field, computed_field

from ...models import (
    ClusterStatus,
    ContentStatus,
    IdeaStatus,
    ImageKind,
    ImageStatus,
    KeywordStatus,
    TaskStatus,
)
from .schemas import Dollars, Shape


class Item(Shape):
    """Something that belongs to a site."""

    id: int
    site_id: int
    created_at: datetime


class Keyword(Item):
    """A search query."""

    cluster_id: int | None
    phrase: str
    volume: int | None = Field(description="Searches a month.")
    difficulty: int | None = Field(description="0 (easy) to 100.")
    cpc: Dollars | None = Field(description="US dollars a click.")
    intent: str | None
    country: str | None = Field(description="ISO 3166 code.")
    status: KeywordStatus


class Cluster(Item):
    """A topic of the size of one article."""

    name: str
    status: ClusterStatus


class Idea(Item):
    """An article somebody could write."""

    cluster_id: int
    title: str
    description: str
    content_type: str
    outline: list[str] = Field(description="Section headings, in order.")
    target_words: int
    status: IdeaStatus


class Task(Item):
    """The order to write one idea."""

    idea_id: int
    cluster_id: int
    title: str
    status: TaskStatus


class Content(Item):
    """One article."""

    task_id: int
    idea_id: int
    cluster_id: int
    title: str
    slug: str
    html: str = Field(description="A sanitised fragment.")
    meta_title: str
    meta_description: str
    excerpt: str
    word_count: int
    written_by: str = Field(description="Provider and model.")
    status: ContentStatus
    review_note: str | None = Field(description="Why it was sent back.")
    updated_at: datetime


class Image(Item):
    """One picture of a content."""

    content_id: int
    task_id: int
    idea_id: int
    cluster_id: int
    kind: ImageKind
    position: int = Field(description="0 is the featured one; n stands under section n.")
    prompt: str
    alt: str
    status: ImageStatus
    width: int | None = Field(description="Pixels.")
    height: int | None = Field(description="Pixels.")
    error: str | None = Field(description="Why it could not be made.")
    file: str | None = Field(exclude=True)

    @computed_field(description="Where the file is; null until it is made.")  # type: ignore[prop-decorator] # as pydantic documents
    @property
    def url(self) -> str | None:
        """A path on this server."""
        return url_for("media.show", file=self.file) if self.file else None
