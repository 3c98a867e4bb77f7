"""What an article may link to: the site's own published articles that are nearest to it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...clustering.nearest import nearest
from ...models import Content, ContentStatus
from ...providers.contracts import LinkIn, WriteContentBrief
from ..checking import own_path

MOST_COMPARED = 500
"""Of the published articles, the latest."""
MOST_OFFERED = 8


def published_links(db: Session, site_id: int) -> tuple[LinkIn, ...]:
    """The latest published articles of the site."""
    rows = db.execute(
        sa.select(Content.title, Content.slug)
        .where(Content.site_id == site_id, Content.status == ContentStatus.PUBLISHED)
        .order_by(Content.id.desc())
        .limit(MOST_COMPARED)
    )
    return tuple(LinkIn(title=title, path=own_path(slug)) for title, slug in rows)


def nearest_links(brief: WriteContentBrief) -> tuple[LinkIn, ...]:
    """Of those the nearest to the article that is to be written."""
    asked = (brief.title, brief.cluster, *(keyword.phrase for keyword in brief.keywords))
    titles = {at: (link.title,) for at, link in enumerate(brief.related)}
    chosen = nearest(asked, titles, MOST_OFFERED, brief.site.language)
    return tuple(brief.related[at] for at in chosen)
