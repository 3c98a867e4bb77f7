"""The clusters of a site as a list."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ...extensions import session
from ...models import Cluster, ClusterStatus, Idea, Keyword, KeywordStatus, Site
from ..errors import NotFound
from ..filtering import Conditions, Filter
from ..paging import Order, Page, Place, find_page


@dataclass(frozen=True)
class ClusterFilter(Filter):
    """What a person looks for among clusters."""

    model = Cluster
    statuses = ClusterStatus

    status: ClusterStatus | None = None
    text: str = ""
    """A part of the name."""

    def own_conditions(self) -> Conditions:
        """One for each that is given."""
        return [Cluster.name.icontains(self.text, autoescape=True)] if self.text else []


def clusters(
    site: Site,
    place: Place,
    wanted: ClusterFilter = ClusterFilter(),
) -> Page:
    """Clusters with how many keywords and ideas they have, the newest first.

    ``volume`` is the sum of what is known of the keywords' volumes and ``difficulty`` the mean
    of theirs, None where nothing is.
    """
    mine = (
        Keyword.site_id == Cluster.site_id,  # with it one index tells all of this
        Keyword.cluster_id == Cluster.id,
        Keyword.status == KeywordStatus.MAPPED,
    )
    inside = sa.select(sa.func.count()).where(*mine)
    volume = sa.select(sa.func.sum(Keyword.volume)).where(*mine)
    difficulty = sa.select(sa.cast(sa.func.round(sa.func.avg(Keyword.difficulty)), sa.Integer))
    ideas = sa.select(sa.func.count()).where(Idea.cluster_id == Cluster.id)
    query = sa.select(
        Cluster.id,
        Cluster.name,
        Cluster.status,
        inside.scalar_subquery().label("keywords"),
        volume.scalar_subquery().label("volume"),
        difficulty.where(*mine).scalar_subquery().label("difficulty"),
        ideas.scalar_subquery().label("ideas"),
    ).where(*wanted.conditions(site))
    return find_page(query, Order([Cluster.id]), place)


def find_cluster(site: Site, cluster_id: int) -> Cluster:
    """The cluster of the site. Raises NotFound."""
    found = session().scalar(
        sa.select(Cluster).where(Cluster.id == cluster_id, Cluster.site_id == site.id)
    )
    if found is None:
        raise NotFound("There is no such cluster on this site.")
    return found
