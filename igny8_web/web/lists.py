"""What the pages of lists share: filter, order and place in the URL, and the links they make."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request, url_for

from ..models import Site
from ..services.counting import Counts, counts
from ..services.filtering import Chosen, Filter
from ..services.paging import Page
from .wanted import (
    Sorting,
    here,
    number,
    query,
    reading,
    wanted_bound,
    wanted_cluster,
    wanted_place,
    wanted_sorting,
    wanted_status,
    wanted_text,
    wanted_word,
)

__all__ = [
    "Listing",
    "Sorting",
    "Tab",
    "chosen",
    "here",
    "listing",
    "number",
    "query",
    "wanted_bound",
    "wanted_cluster",
    "wanted_place",
    "wanted_sorting",
    "wanted_status",
    "wanted_text",
    "wanted_word",
]

_ASIDE = ("status", "sort")
"""What stays when the filters are cleared: they have links of their own."""


@dataclass(frozen=True)
class Tab:
    """One filter above a list, as ``ui.tabs`` takes it."""

    label: str
    url: str
    active: bool
    count: int | None


@dataclass(frozen=True)
class Active:
    """One thing that the list is filtered by, and the same list without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class Listing:
    """A list as its page shows it. ``newer`` and ``older`` are URLs, None at the ends."""

    filter: Filter
    page: Page
    total: int
    """Rows of the site, whatever else is filtered; those set aside are counted too."""
    matching: int
    """Rows that the filter finds, on whatever page."""
    counts: Counts
    tabs: list[Tab]
    newer: str | None
    older: str | None
    active: list[Active]
    """What it is filtered by beside the status."""
    unusable: Mapping[str, str]
    """By name in the URL: what is asked for and cannot be."""
    sorting: Sorting | None = None

    @property
    def filtered(self) -> bool:
        """Whether more than a status was asked for."""
        return not self.filter.is_plain

    @property
    def query(self) -> dict[str, str]:
        """Filter, order and page, for actions: on all that match, and to come back from them."""
        return {name: value for name, value in query().items() if name != "exact"}

    @property
    def clear_url(self) -> str:
        """The same tab in the same order, with nothing else asked for."""
        kept = {name: value for name, value in self.query.items() if name in _ASIDE}
        return url_for(request.endpoint or "", **(request.view_args or {}) | kept)

    @property
    def exact_url(self) -> str | None:
        """Where the tabs come with exact numbers; None when these are."""
        return None if self.counts.exact else here(exact=1)


def chosen(wanted: Filter) -> Chosen:
    """What a form chose: the rows whose ``id`` it sends, or with ``all`` what its URL filters."""
    if request.form.get("all"):
        return Chosen(wanted)
    return Chosen(wanted, [number(text) for text in request.form.getlist("id")])


def listing(
    site: Site,
    wanted: Filter,
    page: Page,
    *,
    tabs: Iterable[enum.StrEnum] | None = None,
    every: bool = True,
    sorting: Sorting | None = None,
) -> Listing:
    """The list with its links, which keep the site and all filters.

    ``tabs`` are the statuses to choose from, by default all. Without ``every`` there is no tab
    for all.
    """
    found = counts(wanted, site, exact="exact" in request.args)
    usual = [status for status in wanted.statuses if status not in wanted.aside]
    shown = [
        Tab(
            status.value.replace("_", " ").capitalize(),
            here(status=status.value),
            status.value == wanted.status,
            found[status],
        )
        for status in (wanted.statuses if tabs is None else tabs)
    ]
    if every:
        shown.insert(0, Tab("All", here(status=None), wanted.status is None, found.of(usual)))
    plain = found if wanted.is_plain else counts(type(wanted)(), site)
    read = reading()
    return Listing(
        filter=wanted,
        page=page,
        total=plain.of(wanted.statuses),
        matching=found[wanted.status] if wanted.status else found.of(usual),
        counts=found,
        tabs=shown,
        newer=here(before=page.before) if page.before else None,
        older=here(after=page.after) if page.after else None,
        active=[
            Active(each.label, each.value, here(**dict.fromkeys(each.names))) for each in read.asked
        ],
        unusable=read.unusable,
        sorting=sorting,
    )
