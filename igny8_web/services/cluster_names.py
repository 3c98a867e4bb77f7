"""Names of clusters to choose from, by typing or by sight."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ..extensions import session
from ..models import Cluster, Site

OFFERED = 20
"""Names that are offered while somebody types."""
NEIGHBOURS = 12
"""Clusters that a page offers to drop keywords on."""
_SHORTEST_WORD = 4
"""Letters; shorter ones, like "the" and "for", are in names of any subject."""


def names(site: Site, text: str) -> Sequence[str]:
    """Names of clusters that hold this text, the newest first, :data:`OFFERED` at most."""
    fits = Cluster.name.icontains(text.strip(), autoescape=True)
    return (
        session()
        .scalars(
            sa.select(Cluster.name)
            .where(Cluster.site_id == site.id, fits)
            .order_by(Cluster.id.desc())
            .limit(OFFERED)
        )
        .all()
    )


def neighbours(site: Site, cluster: Cluster) -> Sequence[str]:
    """Names of other clusters, those that share a word with this one first. One query."""
    words = [word for word in cluster.name.split() if len(word) >= _SHORTEST_WORD]
    has = [Cluster.name.icontains(word, autoescape=True) for word in words]
    first = sa.case((sa.or_(sa.false(), *has), 0), else_=1)
    others = sa.select(Cluster.name).where(Cluster.site_id == site.id, Cluster.id != cluster.id)
    query = others.order_by(first, Cluster.id.desc()).limit(NEIGHBOURS)
    return session().scalars(query).all()
