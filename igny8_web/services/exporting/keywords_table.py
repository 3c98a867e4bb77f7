"""Keywords as the rows of a table that the importer reads again."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from ...extensions import session
from ...models import Cluster, Keyword, Site
from ..filtering import Chosen
from .table import Cell

HEADER = ("Keyword", "Volume", "Difficulty", "CPC", "Intent", "Country", "Cluster", "Status")
AT_A_TIME = 2_000
"""Rows that are read at once."""


def keyword_rows(site: Site, chosen: Chosen) -> Iterator[list[Cell]]:
    """The chosen keywords, the oldest first. Raises NoneChosen when the first is asked for.

    Between two lots no transaction is open: whoever takes them may be slow.
    """
    wanted, last = chosen.select(site), 0
    while True:
        rows = (
            session()
            .execute(
                sa.select(
                    Keyword.id,
                    Keyword.phrase,
                    Keyword.volume,
                    Keyword.difficulty,
                    Keyword.cpc,
                    Keyword.intent,
                    Keyword.country,
                    Cluster.name,
                    Keyword.status,
                )
                .outerjoin(Cluster, Cluster.id == Keyword.cluster_id)
                .where(Keyword.site_id == site.id, Keyword.id > last, Keyword.id.in_(wanted))
                .order_by(Keyword.id)
                .limit(AT_A_TIME)
            )
            .all()
        )
        session().commit()
        for row in rows:
            yield list(row[1:])
        if len(rows) < AT_A_TIME:
            return
        last = rows[-1].id
