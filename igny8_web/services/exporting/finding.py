"""The contents that are to be exported, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload, selectinload

from ...extensions import session
from ...models import Content, Idea, Site, Task
from ..errors import NotFound
from ..filtering import Chosen

AT_A_TIME = 50
"""Articles in memory."""


def chosen_ids(chosen: Chosen, site: Site, most: int | None = None) -> list[int]:
    """The newest first, one more than ``most`` where there are more.

    Raises NoneChosen and NotFound.
    """
    query = chosen.select(site).order_by(Content.id.desc())
    ids = session().scalars(query if most is None else query.limit(most + 1)).all()
    if not ids:
        raise NotFound("None of these articles is on this site any more.")
    return list(ids)


def contents(ids: Sequence[int], *, with_text: bool = True) -> Iterator[Content]:
    """The contents with images, cluster and keywords, in the order of ``ids``.

    Between two lots no transaction is open: whoever takes them may be slow.
    """
    for start in range(0, len(ids), AT_A_TIME):
        lot = ids[start : start + AT_A_TIME]
        found = {content.id: content for content in session().scalars(_contents(lot, with_text))}
        session().commit()
        yield from (found[id] for id in lot if id in found)


def _contents(ids: Sequence[int], with_text: bool) -> sa.Select[Content]:
    to_idea = joinedload(Content.task).joinedload(Task.idea)
    query = (
        sa.select(Content)
        .where(Content.id.in_(ids))
        .options(
            selectinload(Content.images),
            to_idea.joinedload(Idea.cluster),
            to_idea.selectinload(Idea.keywords),
        )
    )
    return query if with_text else query.options(defer(Content.html))
