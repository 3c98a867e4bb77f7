"""Long lists a page at a time, by keyset: a page far down costs no more than the first."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from ..extensions import session

Query = sa.Select[*tuple[Any, ...]]
"""A select of any columns."""
AnyRow = sa.Row[*tuple[Any, ...]]
Key = sa.SQLColumnExpression[Any]
"""A whole number, a text or a decimal, never NULL."""
PAGE_SIZE = 50
KEY = "page_key_{}"
LONGEST_CURSOR = 4_000
_LARGEST = 10**18


@dataclass(frozen=True)
class Place:
    """Where in a list: after or before the row of a cursor. Neither: at the beginning."""

    after: str | None = None
    before: str | None = None


@dataclass(frozen=True)
class Order:
    """What a list is sorted by: ``keys`` that together tell each row apart."""

    keys: Sequence[Key]
    descending: bool = True


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the cursors of the pages beside it."""

    rows: Sequence[AnyRow]
    before: str | None
    """Give it as ``Place.before`` for the page above; None on the first."""
    after: str | None
    """Give it as ``Place.after`` for the page below; None on the last."""


def find_page(query: Query, order: Order, place: Place, size: int = PAGE_SIZE) -> Page:
    """The page of ``query`` at ``place``.

    A cursor that no page of this list gave is read as the beginning.
    """
    keys = order.keys
    with_keys = query.add_columns(*(key.label(KEY.format(n)) for n, key in enumerate(keys)))
    before, after = _values(place.before, keys), _values(place.after, keys)
    if before is not None:
        upwards = _beyond(with_keys, Order(keys, not order.descending), before)
        rows = session().execute(upwards.limit(size + 1)).all()
        if len(rows) > size:
            shown = rows[size - 1 :: -1]
            return Page(shown, _cursor(shown[0], len(keys)), _cursor(shown[-1], len(keys)))
        after = None  # less than a page above: that is the first page, shown whole
    rows = session().execute(_beyond(with_keys, order, after).limit(size + 1)).all()
    shown = rows[:size]
    return Page(
        shown,
        before=_cursor(shown[0], len(keys)) if after is not None and shown else None,
        after=_cursor(shown[-1], len(keys)) if len(rows) > size else None,
    )


def _beyond(query: Query, order: Order, seen: Sequence[Any] | None) -> Query:
    """The rows that come after those keys, in order."""
    query = query.order_by(*(k.desc() if order.descending else k.asc() for k in order.keys))
    if seen is None:
        return query
    row = sa.tuple_(*order.keys)
    last = sa.tuple_(*(sa.literal(v, _type(k)) for v, k in zip(seen, order.keys, strict=True)))
    # What the first key says alone is implied. SQLite seeks by it where the key is an expression;
    # by the row it would step over all pages before.
    key, value = order.keys[0], sa.literal(seen[0], _type(order.keys[0]))
    if order.descending:
        return query.where(key <= value, row < last)
    return query.where(key >= value, row > last)


def _cursor(row: AnyRow, keys: int) -> str:
    # Opaque, so that nobody builds one and the order may change one day.
    values = [str(getattr(row, KEY.format(n))) for n in range(keys)]
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _values(cursor: str | None, keys: Sequence[Key]) -> list[Any] | None:
    if cursor is None or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        texts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(texts, list) or len(texts) != len(keys):
            return None
        return [_value(text, _type(key).python_type) for text, key in zip(texts, keys, strict=True)]
    except (ValueError, InvalidOperation):  # of base64, UTF-8, JSON and numbers
        return None


def _type(key: Key) -> sa.types.TypeEngine[Any]:
    return key.label(None).type


def _value(text: object, kind: type[Any]) -> Any:
    if not isinstance(text, str) or "\0" in text:
        raise ValueError("no text")
    if kind is str:
        return text
    value = Decimal(text)
    if not value.is_finite() or abs(value) > _LARGEST or (kind is int and value % 1):
        raise ValueError("no number of a list")
    return int(value) if kind is int else value
