"""The queue of a reviewer: where one is in it, what comes next, and what was decided before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..extensions import session
from ..models import Content, ContentStatus, Decision, User


@dataclass(frozen=True)
class Position:
    """Where an article stands among those that wait, the oldest first."""

    number: int
    """1 for the first; 0 when the article itself waits no more."""
    total: int
    previous_id: int | None
    next_id: int | None


def position_of(content: Content) -> Position:
    """One query, by keys: it stays right while others decide."""
    waiting = (Content.site_id == content.site_id, Content.status == ContentStatus.REVIEW)
    count = sa.select(sa.func.count()).where(*waiting)
    row = (
        session()
        .execute(
            sa.select(
                count.where(Content.id <= content.id).scalar_subquery(),
                count.scalar_subquery(),
                sa.select(sa.func.max(Content.id))
                .where(*waiting, Content.id < content.id)
                .scalar_subquery(),
                sa.select(sa.func.min(Content.id))
                .where(*waiting, Content.id > content.id)
                .scalar_subquery(),
            )
        )
        .one()
    )
    here = row[0] if content.status is ContentStatus.REVIEW else 0
    return Position(here, row[1], row[2], row[3])


@dataclass(frozen=True)
class Decided:
    """One decision, for reading."""

    decision: Decision
    by: str | None
    """E-mail; None for an account that is gone."""


def decisions_on(content: Content) -> Sequence[Decided]:
    """Every decision, the newest first."""
    rows = session().execute(
        sa.select(Decision, User.email)
        .outerjoin(User, User.id == Decision.user_id)
        .where(Decision.content_id == content.id)
        .order_by(Decision.id.desc())
    )
    return [Decided(decision, email) for decision, email in rows]
