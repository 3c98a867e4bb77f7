"""The titles that a site has: of its ideas, and of articles that were given another one since."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..clustering.twins import twin_of
from ..models import Content, Idea, IdeaStatus, Site, Task

COMPARED = 5_000
"""Of each kind the latest, which an idea is held against when it comes."""


def latest_titles(db: Session, site_id: int, most: int) -> tuple[str, ...]:
    """The latest titles of both kinds, for whoever proposes the next."""
    ideas = db.scalars(
        sa.select(Idea.title).where(Idea.site_id == site_id).order_by(Idea.id.desc()).limit(most)
    )
    articles = db.execute(_retitled(site_id).limit(most))
    return (*ideas, *(row.title for row in articles))


@dataclass(frozen=True)
class Taken:
    """Titles by the id of their idea or article."""

    ideas: dict[int, str]
    articles: dict[int, str]
    language: str

    @classmethod
    def of(cls, db: Session, site: Site) -> Taken:
        """Those of the site, without the ideas that were refused."""
        ideas = db.execute(
            sa.select(Idea.id, Idea.title)
            .where(Idea.site_id == site.id, Idea.status != IdeaStatus.REFUSED)
            .order_by(Idea.id.desc())
            .limit(COMPARED)
        )
        articles = db.execute(_retitled(site.id).limit(COMPARED))
        return cls(
            {row.id: row.title for row in ideas},
            {row.id: row.title for row in articles},
            site.language,
        )

    def refusal_of(self, title: str) -> str | None:
        """Why there must be no article of this title; None where nothing is against it."""
        kinds = ("idea", self.ideas), ("article", self.articles)
        found = [(twin_of(title, titles, self.language), kind) for kind, titles in kinds]
        twins = [(twin, kind) for twin, kind in found if twin]
        if not twins:
            return None
        twin, kind = max(twins, key=lambda pair: pair[0].likeness)
        return (
            f"It repeats “{twin.title}” ({kind} {twin.id}, {twin.likeness:.0%} alike): "
            "two articles would compete for the same searches."
        )


def _retitled(site_id: int) -> sa.Select[int, str]:
    """Articles whose title is no longer their idea's: a model improved it, or a person did."""
    return (
        sa.select(Content.id, Content.title)
        .join(Task, Task.id == Content.task_id)
        .join(Idea, Idea.id == Task.idea_id)
        .where(Content.site_id == site_id, Content.title != Idea.title)
        .order_by(Content.id.desc())
    )
