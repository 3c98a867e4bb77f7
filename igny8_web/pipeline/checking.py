"""The checklist of a content, from its rows."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..checklist import Article, Report, check
from ..models import Content, ContentStatus, Idea, Site

_OWN_LINK = re.compile(r'href="(/[\w-]+/)"')


def own_path(slug: str) -> str:
    """Where the site publishes the article with this slug, below its domain."""
    return f"/{slug}/"


def check_content(db: Session, content: Content, idea: Idea) -> Report:
    """Look at the content as it is now."""
    site = db.get_one(Site, content.site_id)
    return check(
        Article(
            title=content.title,
            html=content.html,
            meta_title=content.meta_title,
            meta_description=content.meta_description,
            language=site.language,
            target_words=idea.target_words,
            keywords=tuple(keyword.phrase for keyword in idea.keywords),
            never_say=tuple(filter(None, map(str.strip, site.never_say.splitlines()))),
            own_paths=_own_paths(db, content),
        )
    )


def note_report(content: Content, report: Report) -> None:
    """Keep what lists show of it."""
    content.score, content.musts_failed = report.score, len(report.musts_failed)


def _own_paths(db: Session, content: Content) -> tuple[str, ...]:
    """The published articles that it links to, or else any one of those it could link to."""
    linked = [path.strip("/") for path in _OWN_LINK.findall(content.html)]
    published = (
        sa.select(Content.slug)
        .where(Content.site_id == content.site_id, Content.status == ContentStatus.PUBLISHED)
        .where(Content.id != content.id if content.id else sa.true())
    )
    slugs = db.scalars(published.where(Content.slug.in_(linked))).all() if linked else []
    return tuple(map(own_path, slugs or db.scalars(published.limit(1)).all()))
