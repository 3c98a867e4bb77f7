"""Long lists a page at a time, by keyset: a page far down costs no more than the first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..extensions import session

Query = sa.Select[*tuple[Any, ...]]
"""A select of any columns."""
AnyRow = sa.Row[*tuple[Any, ...]]
PAGE_SIZE = 50
KEY = "page_key_{}"

_CURSOR = re.compile(r"-?\d{1,18}(_-?\d{1,18})*")


@dataclass(frozen=True)
class Place:
    """Where in a list: after or before the row of a cursor. Neither: at the beginning."""

    after: str | None = None
    before: str | None = None


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the cursors of the pages beside it."""

    rows: Sequence[AnyRow]
    before: str | None
    """Give it as ``Place.before`` for the page above; None on the first."""
    after: str | None
    """Give it as ``Place.after`` for the page below; None on the last."""


def find_page(
    query: Query,
    keys: Sequence[sa.SQLColumnExpression[int]],
    place: Place,
    size: int = PAGE_SIZE,
) -> Page:
    """The page of ``query`` at ``place``, largest keys first.

    ``keys`` are whole numbers, never NULL, and together tell each row apart. A cursor that no
    page of this list gave is read as the beginning.
    """
    rows_with_keys = query.add_columns(*(key.label(KEY.format(n)) for n, key in enumerate(keys)))
    before, after = _values(place.before, len(keys)), _values(place.after, len(keys))
    if before:
        upwards = (
            rows_with_keys.where(sa.tuple_(*keys) > sa.tuple_(*before))
            .order_by(*(key.asc() for key in keys))
            .limit(size + 1)
        )
        rows = session().execute(upwards).all()
        if len(rows) > size:
            shown = rows[size - 1 :: -1]
            return Page(shown, _cursor(shown[0], len(keys)), _cursor(shown[-1], len(keys)))
        after = None  # less than a page above: that is the first page, shown whole
    downwards = rows_with_keys.order_by(*(key.desc() for key in keys)).limit(size + 1)
    if after:
        downwards = downwards.where(sa.tuple_(*keys) < sa.tuple_(*after))
    rows = session().execute(downwards).all()
    shown = rows[:size]
    return Page(
        shown,
        before=_cursor(shown[0], len(keys)) if after and shown else None,
        after=_cursor(shown[-1], len(keys)) if len(rows) > size else None,
    )


def _cursor(row: AnyRow, keys: int) -> str:
    return "_".join(str(getattr(row, KEY.format(n))) for n in range(keys))


def _values(cursor: str | None, keys: int) -> list[int] | None:
    if cursor is None or not _CURSOR.fullmatch(cursor):
        return None
    values = [int(part) for part in cursor.split("_")]
    return values if len(values) == keys else None
