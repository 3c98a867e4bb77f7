"""What the pages of lists share: the filter and the place in the URL, and the links they make."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request, url_for

from ..models import Cluster, Site
from ..services import rooms
from ..services.paging import Page, Place

Status = TypeVar("Status", bound=enum.StrEnum)


@dataclass(frozen=True)
class Tab:
    """One filter above a list, as ``ui.tabs`` takes it."""

    label: str
    url: str
    active: bool
    count: int | None


@dataclass(frozen=True)
class Listing:
    """A list as its page shows it. ``newer`` and ``older`` are URLs, None at the ends."""

    page: Page
    total: int
    """Rows of the site, whatever their status."""
    counts: Counter[str]
    """The same by status."""
    tabs: list[Tab]
    newer: str | None
    older: str | None


def wanted_status(statuses: type[Status]) -> Status | None:
    """``?status=``; None for all, and for what is no status."""
    given = request.args.get("status", "")
    return statuses(given) if given in list(statuses) else None


def wanted_cluster(site: Site) -> Cluster | None:
    """``?cluster=``. Raises NotFound when the site has none of this id."""
    given = request.args.get("cluster", "")
    return rooms.find_cluster(site, number(given)) if given else None


def wanted_place() -> Place:
    """``?after=`` or ``?before=``."""
    return Place(after=request.args.get("after"), before=request.args.get("before"))


def number(text: str) -> int:
    """An id out of a URL or a form; -1, which nothing has, for what is none."""
    return int(text) if text.isdecimal() and len(text) < 19 else -1


def listing(
    page: Page, counts: Counter[str], statuses: type[enum.StrEnum], *, every: bool = True
) -> Listing:
    """The list with its links, which keep the site and all filters.

    Without ``every`` there is no tab for all, and the first status is shown when none is wanted.
    """
    chosen = wanted_status(statuses) or (None if every else next(iter(statuses)))
    tabs = [
        Tab(
            status.value.replace("_", " ").capitalize(),
            _here(status=status.value),
            status is chosen,
            counts[status.value],
        )
        for status in statuses
    ]
    if every:
        tabs.insert(0, Tab("All", _here(), chosen is None, counts.total()))
    shown = chosen.value if chosen else None
    return Listing(
        page=page,
        total=counts.total(),
        counts=counts,
        tabs=tabs,
        newer=_here(status=shown, before=page.before) if page.before else None,
        older=_here(status=shown, after=page.after) if page.after else None,
    )


def _here(**query: Any) -> str:
    """This list, of the same site and cluster."""
    return url_for(
        request.endpoint or "",
        **(request.view_args or {}),
        cluster=request.args.get("cluster") or None,
        **query,
    )
