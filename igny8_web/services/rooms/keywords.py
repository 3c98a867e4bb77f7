"""The keywords of a site as a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from ...importers import fold_phrase
from ...models import Cluster, Keyword, KeywordStatus, Site
from ..filtering import Conditions, Filter
from ..paging import Key, Order, Page, Place, find_page

_LAST: sa.ColumnClause[int] = sa.literal_column("-1")
"""What stands for unknown: literally, or the indexes on it would not be used."""
ORDERS: Mapping[str, Key] = {
    "volume": sa.func.coalesce(Keyword.volume, _LAST),
    "difficulty": sa.func.coalesce(Keyword.difficulty, _LAST),
    "cpc": sa.func.coalesce(Keyword.cpc, _LAST),
    "phrase": Keyword.folded,
    "added": Keyword.id,
}
_UNIQUE = ("phrase", "added")
"""Orders in which no two keywords of a site have the same place."""


@dataclass(frozen=True)
class KeywordFilter(Filter):
    """What a person looks for among keywords. Bounds are inclusive and leave the unknown out."""

    model = Keyword
    statuses = KeywordStatus
    aside = (KeywordStatus.DELETED,)

    status: KeywordStatus | None = None
    text: str = ""
    """A part of the phrase, however written."""
    intent: str = ""
    cluster_id: int | None = None
    cluster: str = ""
    """A part of its cluster's name."""
    volume_from: int | None = None
    volume_to: int | None = None
    difficulty_from: int | None = None
    difficulty_to: int | None = None

    def own_conditions(self) -> Conditions:
        """One for each that is given."""
        found: Conditions = []
        if folded := fold_phrase(self.text):
            found.append(Keyword.folded.contains(folded, autoescape=True))
        if self.intent:
            found.append(Keyword.intent == self.intent)
        if self.cluster_id is not None:
            found.append(Keyword.cluster_id == self.cluster_id)
        if self.cluster:
            named = Cluster.name.icontains(self.cluster, autoescape=True)
            found.append(Keyword.cluster_id.in_(sa.select(Cluster.id).where(named)))
        if self.volume_from is not None:
            found.append(Keyword.volume >= self.volume_from)
        if self.volume_to is not None:
            found.append(Keyword.volume <= self.volume_to)
        if self.difficulty_from is not None:
            found.append(Keyword.difficulty >= self.difficulty_from)
        if self.difficulty_to is not None:
            found.append(Keyword.difficulty <= self.difficulty_to)
        return found


def keywords(
    site: Site,
    place: Place,
    wanted: KeywordFilter = KeywordFilter(),
    by: str = "volume",
    *,
    descending: bool = True,
) -> Page:
    """Keywords with their cluster; by default the most searched first, unknown volumes last."""
    query = (
        sa.select(
            Keyword.id,
            Keyword.phrase,
            Keyword.volume,
            Keyword.difficulty,
            Keyword.cpc,
            Keyword.intent,
            Keyword.country,
            Keyword.status,
            Keyword.cluster_id,
            Cluster.name.label("cluster"),
        )
        .outerjoin(Cluster, Cluster.id == Keyword.cluster_id)
        .where(*wanted.conditions(site))
    )
    keys = [ORDERS[by]] if by in _UNIQUE else [ORDERS[by], Keyword.id]
    return find_page(query, Order(keys, descending), place)
