"""Lists in pages that stay right while rows are added: each goes on after the last id seen."""

from __future__ import annotations

import enum
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..extensions import session
from ..models import Cluster, Content, Idea, Image, Keyword, Run, Site, Task
from .errors import Invalid

Listed = type[Keyword | Cluster | Idea | Task | Content | Image | Run]


@dataclass(frozen=True)
class Page:
    """Some rows of a list. ``next`` is the cursor of the page after, None on the last."""

    rows: Sequence[sa.Row[Any]]
    next: str | None


def page(
    of: Listed,
    site: Site,
    *,
    status: enum.StrEnum | None = None,
    limit: int,
    cursor: str | None = None,
    newest_first: bool = False,
) -> Page:
    """A page of the site's rows, in one query: all columns, and the ids of all their parents.

    A content's row has ``task_id``, ``idea_id`` and ``cluster_id``, for example. Raises Invalid
    for a cursor that no page gave out.
    """
    query = _WITH_PARENTS[of].where(of.site_id == site.id)
    if status is not None:
        query = query.where(of.status == status)
    if cursor is not None:
        seen = _seen(cursor)
        query = query.where(of.id < seen if newest_first else of.id > seen)
    # One row more than asked for tells whether there is a next page.
    query = query.order_by(of.id.desc() if newest_first else of.id).limit(limit + 1)
    rows = session().execute(query).all()
    more = len(rows) > limit
    return Page(rows[:limit], _cursor(rows[limit - 1].id) if more else None)


def _columns(of: Listed) -> Iterable[sa.ColumnElement[Any]]:
    return of.__table__.columns


def _with_parents() -> dict[Listed, sa.Select[Any]]:
    task = sa.select(*_columns(Task), Idea.cluster_id).join(Idea, Idea.id == Task.idea_id)
    content = (
        sa.select(*_columns(Content), Task.idea_id, Idea.cluster_id)
        .join(Task, Task.id == Content.task_id)
        .join(Idea, Idea.id == Task.idea_id)
    )
    image = (
        sa.select(*_columns(Image), Content.task_id, Task.idea_id, Idea.cluster_id)
        .join(Content, Content.id == Image.content_id)
        .join(Task, Task.id == Content.task_id)
        .join(Idea, Idea.id == Task.idea_id)
    )
    plain: tuple[Listed, ...] = (Keyword, Cluster, Idea, Run)
    return {
        **{of: sa.select(*_columns(of)) for of in plain},
        Task: task,
        Content: content,
        Image: image,
    }


_WITH_PARENTS = _with_parents()


def _cursor(last_id: int) -> str:
    # Opaque, so that nobody builds one and the order may change one day.
    return urlsafe_b64encode(f"id:{last_id}".encode()).decode().rstrip("=")


def _seen(cursor: str) -> int:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:  # binascii.Error and UnicodeDecodeError are both of this kind
        text = ""
    found = re.fullmatch(r"id:([0-9]{1,18})", text)
    if found is None:
        raise Invalid("This cursor was not given out by a list; begin without one.", "cursor")
    return int(found[1])
