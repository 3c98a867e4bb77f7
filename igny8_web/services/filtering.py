"""Which rows of a room are wanted: what its URL, its actions and its export have in common."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import sqlalchemy as sa

from ..models import Site
from .errors import Refused

Conditions = list[sa.ColumnElement[bool]]


class NoneChosen(Refused):
    """Nothing was chosen to do it with."""

    code = "none_chosen"


@dataclass(frozen=True)
class Filter:
    """What is wanted of the rows of a site. None and empty: whatever it is."""

    model: ClassVar[Any]
    statuses: ClassVar[type[enum.StrEnum]]
    aside: ClassVar[Sequence[enum.StrEnum]] = ()
    """Statuses whose rows are shown only to who asks for them."""

    status: enum.StrEnum | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it asks for nothing, a status aside: the index on status then counts alone."""
        return all(
            getattr(self, each.name) == each.default
            for each in fields(self)
            if each.name != "status"
        )

    def conditions(self, site: Site, *, any_status: bool = False) -> Conditions:
        """For a WHERE. No list and no action forgets its site: all of them pass here."""
        found = [self.model.site_id == site.id, *self.own_conditions()]
        if any_status:
            return found
        if self.status is not None:
            return [*found, self.model.status == self.status]
        return [*found, self.model.status.not_in(self.aside)] if self.aside else found

    def own_conditions(self) -> Conditions:
        """What a room asks beside site and status."""
        return []


@dataclass(frozen=True)
class Chosen:
    """Rows that somebody wants something done with: some, or all that a filter finds."""

    filter: Filter
    ids: Sequence[int] | None = None
    """None: all that it finds, on whatever page."""

    def select(self, site: Site) -> sa.Select[int]:
        """Their ids, of this site alone. Raises NoneChosen."""
        model = self.filter.model
        if self.ids is None:
            return sa.select(model.id).where(*self.filter.conditions(site))
        if not self.ids:
            raise NoneChosen("Choose at least one first.")
        return sa.select(model.id).where(model.site_id == site.id, model.id.in_(self.ids))
