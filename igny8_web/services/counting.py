"""How many rows of a room have each status, without counting a million of them for a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from ..extensions import session
from ..models import Site
from .filtering import Filter

MOST_COUNTED = 10_000
"""Rows of one status that are counted for a page; of more it says "10,000+"."""


class Tally(int):
    """A count that may have stopped: past :data:`MOST_COUNTED` there are more than it says."""

    @property
    def stopped(self) -> bool:
        """Whether there are more."""
        return self > MOST_COUNTED


class Counts(Mapping[str, int]):
    """Rows by status; a status that no row has counts 0. Numbers are :class:`Tally` or exact."""

    def __init__(self, numbers: Mapping[str, int], *, exact: bool) -> None:
        self._numbers = numbers
        self.exact = exact or not any(number > MOST_COUNTED for number in numbers.values())
        """Whether none of them stopped."""

    def __getitem__(self, status: str) -> int:
        return self._number(self._numbers.get(status, 0))

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getattr__(self, status: str) -> int:
        return self[status]

    def of(self, statuses: Iterable[str]) -> int:
        """All rows that have one of these."""
        return self._number(sum(self._numbers.get(status, 0) for status in statuses))

    def _number(self, number: int) -> int:
        return number if self.exact else Tally(min(number, MOST_COUNTED + 1))


def counts(filtered: Filter, site: Site, *, exact: bool = False) -> Counts:
    """By status, everything else as filtered. One query.

    Without ``exact`` it stops early, where the filter lets the index on status do it.
    """
    statuses = type(filtered).statuses
    conditions = filtered.conditions(site, any_status=True)
    if exact or not filtered.is_plain:
        status: sa.ColumnElement[Any] = sa.cast(filtered.model.status, sa.String)
        if filtered.is_plain:  # an index has the rows by status; for what a filter finds, SQLite
            status = sa.type_coerce(filtered.model.status, sa.String)  # would read all through it
        rows = session().execute(
            sa.select(status, sa.func.count()).where(*conditions).group_by(status)
        )
        return Counts(dict(rows.all()), exact=True)
    model = filtered.model
    some = [_some(model, *conditions, model.status == each).label(each) for each in statuses]
    row = session().execute(sa.select(*some)).one()
    return Counts(dict(zip(map(str, statuses), row, strict=True)), exact=False)


def tally(model: Any, *conditions: sa.ColumnElement[bool]) -> Tally:
    """How many rows there are; it stops where a page does. One query."""
    return Tally(session().scalar(sa.select(_some(model, *conditions))) or 0)


def _some(model: Any, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    one: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(model).where(*conditions)
    rows = one.limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(rows).scalar_subquery()
