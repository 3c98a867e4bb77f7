"""One content as a reader will see it: the article with its pictures in their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from ..checklist import Report
from ..extensions import session
from ..models import Cluster, Content, Idea, Image, Keyword, Site, Task, User
from ..pipeline import html
from ..pipeline.checking import check_content
from . import in_hand
from .errors import NotFound
from .images import STAGE
from .sections import picture_places
from .spending import Spent, on_article


@dataclass(frozen=True)
class Part:
    """A stretch of the article's safe HTML, and the picture that follows it."""

    html: str
    image: Image | None


@dataclass(frozen=True)
class Article:
    """A content with everything its page shows. The parts' HTML, joined, is the whole text."""

    content: Content
    cluster: Cluster
    keywords: Sequence[Keyword]
    featured: Image | None
    parts: tuple[Part, ...]
    reviewer: str | None
    """E-mail of the person who decided last."""
    report: Report
    """The checklist, looked at just now."""
    spent: Spent
    """On its text and its images."""
    in_runs: Mapping[int, str]
    """The live run that makes a picture, by image."""


def find_article(site: Site, content_id: int) -> Article:
    """The article, whatever its status. Raises NotFound."""
    to_idea = joinedload(Content.task).joinedload(Task.idea)
    content = session().scalar(
        sa.select(Content)
        .where(Content.id == content_id, Content.site_id == site.id)
        .options(
            selectinload(Content.images),
            to_idea.joinedload(Idea.cluster),
            to_idea.selectinload(Idea.keywords),
        )
    )
    if content is None:
        raise NotFound("There is no such content on this site.")
    reviewer = session().get(User, content.reviewed_by_id) if content.reviewed_by_id else None
    return Article(
        content=content,
        cluster=content.task.idea.cluster,
        keywords=content.task.idea.keywords,
        featured=next((image for image in content.images if image.position == 0), None),
        parts=illustrated(
            html.at_home(html.clean(content.html), site.domain),
            [image for image in content.images if image.position > 0],
        ),
        reviewer=reviewer.email if reviewer else None,
        report=check_content(session(), content, content.task.idea),
        spent=on_article(content),
        in_runs=in_hand.runs_by_item([STAGE], [image.id for image in content.images]),
    )


def illustrated(safe: str, images: Sequence[Image]) -> tuple[Part, ...]:
    """The clean text cut where its pictures belong; pictures of sections it has not come last."""
    waiting = {image.position: image for image in images}
    parts, start = [], 0
    for section, place in enumerate(picture_places(safe), 1):
        if image := waiting.pop(section, None):
            parts.append(Part(safe[start:place], image))
            start = place
    parts.append(Part(safe[start:], None))
    return (*parts, *(Part("", image) for image in waiting.values()))
