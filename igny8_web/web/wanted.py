"""What the URL of a list asks for, read field by field.

Each reader notes what it found, so that the page can say what the list is filtered by and lead
out of it, and what it could not use, so that nobody takes a list for filtered that is not.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import g, request, url_for

from ..models import Cluster, Site
from ..services import rooms
from ..services.paging import Place

Status = TypeVar("Status", bound=enum.StrEnum)
LONGEST_SHOWN = 40
_GONE = ("after", "before", "exact")
"""Of a URL: what another list than this has no use for."""


@dataclass(frozen=True)
class Asked:
    """One thing that the list is filtered by: ``Intent: commercial``. ``names`` are the URL's."""

    label: str
    value: str
    names: tuple[str, ...]


@dataclass
class Reading:
    """What the readers below found in the URL of this request."""

    asked: list[Asked] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)
    """By name in the URL: what is wrong with what stands there."""


@dataclass(frozen=True)
class Sorting:
    """What a list is sorted by: a name of the room's orders."""

    by: str
    descending: bool

    @property
    def query(self) -> str:
        """For the URL: ``phrase``, or ``-volume`` where the largest come first."""
        return f"-{self.by}" if self.descending else self.by

    def url(self, by: str, *, descending: bool = True) -> str:
        """The same list sorted by this, or the other way round where it is so already."""
        way = not self.descending if by == self.by else descending
        return here(sort=Sorting(by, way).query)

    def aria(self, by: str) -> str:
        """For ``aria-sort`` of a column's header."""
        if by != self.by:
            return "none"
        return "descending" if self.descending else "ascending"


def query() -> dict[str, Any]:
    """What the URL asks for, as far as another URL may ask for it too: for ``url_for``."""
    own = {"endpoint", *(request.view_args or {})}
    given = request.args.items()
    return {name: text for name, text in given if text and name[:1] != "_" and name not in own}


def here(**changes: Any) -> str:
    """This list with these changes of its URL, at the beginning of its pages."""
    kept = {name: value for name, value in query().items() if name not in _GONE}
    return url_for(request.endpoint or "", **(request.view_args or {}) | kept | changes)


def reading() -> Reading:
    """What was read of this request so far."""
    if "list_reading" not in g:
        g.list_reading = Reading()
    found: Reading = g.list_reading
    return found


def note(label: str, value: str, *names: str) -> None:
    """The list is filtered by this; without ``names`` in its URL it is not."""
    asked = Asked(label, value, names)
    if asked not in reading().asked:
        reading().asked.append(asked)


def refuse(name: str, why: str) -> None:
    """What stands in the URL under ``name`` cannot be used, and is not."""
    reading().unusable[name] = why


def wanted_status(statuses: type[Status]) -> Status | None:
    """``?status=``; None for all, and for what is no status."""
    given = request.args.get("status", "")
    if given in list(statuses):
        return statuses(given)
    if given:
        refuse("status", f"There is no status “{_short(given)}”.")
    return None


def wanted_cluster(site: Site) -> Cluster | None:
    """``?cluster=``. Raises NotFound when the site has none of this id."""
    given = request.args.get("cluster", "")
    if not given:
        return None
    cluster = rooms.find_cluster(site, number(given))
    note("Cluster", cluster.name, "cluster")
    return cluster


def wanted_text(name: str = "q", label: str = "Contains") -> str:
    """``?q=``: a part of what rows are called."""
    text = request.args.get(name, "").strip()[:200]
    if text:
        note(label, f"“{_short(text)}”", name)
    return text


def wanted_bound(name: str, most: int = 10**15 - 1) -> int | None:
    """A whole number of the URL, ``volume_from`` for example; None where none is given."""
    given = request.args.get(name, "").strip()
    if not given:
        return None
    digits = given.replace(",", "")
    label = name.replace("_", " ").capitalize()
    if not digits.isdecimal() or len(digits) > 15 or int(digits) > most:
        refuse(name, f"{label}: “{_short(given)}” is no whole number from 0 to {most:,}.")
        return None
    note(label, f"{int(digits):,}", name)
    return int(digits)


def wanted_word(name: str, words: Collection[str], label: str = "") -> str:
    """One of these words, or nothing. ``label`` is what it is called, by default its name."""
    given = request.args.get(name, "")
    called = label or name.replace("_", " ").capitalize()
    if given in words:
        note(called, given.replace("_", " "), name)
        return given
    if given:
        refuse(name, f"{called}: “{_short(given)}” is none of {', '.join(words)}.")
    return ""


def wanted_place() -> Place:
    """``?after=`` or ``?before=``."""
    return Place(after=request.args.get("after"), before=request.args.get("before"))


def wanted_sorting(orders: Mapping[str, Any], usual: str) -> Sorting:
    """``?sort=phrase`` or ``?sort=-volume``; ``usual`` for what is no order."""
    given = request.args.get("sort", "")
    if given.removeprefix("-") not in orders:
        given = usual
    return Sorting(given.removeprefix("-"), given.startswith("-"))


def number(text: str) -> int:
    """An id out of a URL or a form; -1, which nothing has, for what is none."""
    return int(text) if text.isdecimal() and len(text) < 19 else -1


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
