"""Contents as the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ...models import Content, Site
from .pages import address
from .table import Cell


def header(site: Site, *, with_folder: bool = False) -> list[str]:
    """The names of the columns; times are in the site's zone, which is named."""
    return [
        *("Title", "Slug", "Status", "Cluster", "Keywords", "Words", "Checklist"),
        *("Meta title", "Meta description", "Excerpt", "Address"),
        *(["Page", "Markdown"] if with_folder else []),
        *("Pictures", "Pictures made", "Written by"),
        *(f"{what} ({site.timezone})" for what in ("Written", "Changed", "Decided")),
        "Note",
    ]


def row(content: Content, site: Site, folder: str | None = None) -> list[Cell]:
    """One content; with the ``folder`` that its files are in."""
    idea = content.task.idea
    return [
        content.title,
        content.slug,
        content.status,
        idea.cluster.name,
        "; ".join(keyword.phrase for keyword in idea.keywords),
        content.word_count,
        content.score,
        content.meta_title,
        content.meta_description,
        content.excerpt,
        address(content.slug, site),
        *([f"{folder}/index.html", f"{folder}/article.md"] if folder else []),
        len(content.images),
        sum(image.file is not None for image in content.images),
        content.written_by,
        *_local((content.created_at, content.updated_at, content.reviewed_at), site),
        content.review_note,
    ]


def _local(moments: Sequence[datetime | None], site: Site) -> Iterator[datetime | None]:
    zone = ZoneInfo(site.timezone)
    return (moment and moment.astimezone(zone) for moment in moments)
