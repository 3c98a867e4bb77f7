"""Stage 1: new keywords become clusters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...clustering.text import folded
from ...current import config
from ...models import Cluster, ClusterStatus, Keyword, KeywordStatus, Site
from ...providers.base import ProviderError
from ...providers.contracts import (
    ClusterKeywordsAnswer,
    ClusterKeywordsBrief,
    ClusterOut,
    ExistingCluster,
)
from ..briefs import keyword_in, site_in
from ..partition import check_partition
from ..portions import portions
from ..stage import PartlyDone, Prompted, Stage
from ..tools import Tools

OFFERED_PHRASES = 20
"""Phrases by which an existing cluster is shown to the provider."""
MOST_AT_ONCE = 1_000
"""Keywords of a batch that is asked about in several requests."""
FILLED = 0.9
"""How full such requests become: whole groups seldom fill them to the brim."""


class ClusterKeywords(Stage[ClusterKeywordsBrief, Prompted[ClusterKeywordsAnswer]]):
    """One lane, for two lanes would each make a cluster of the same topic."""

    slug = "cluster-keywords"
    title = "Keywords → Clusters"
    unit = ("keyword", "keywords")
    makes = ("cluster", "clusters")
    lanes = 1

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """New keywords, the oldest first."""
        return (
            sa.select(Keyword.id, Keyword.phrase)
            .where(Keyword.site_id == site_id, Keyword.status == KeywordStatus.NEW)
            .order_by(Keyword.id)
        )

    def batch(self, tools: Tools) -> int:
        """As many as can be looked at together: topics cut by a batch border are poor topics.

        Where that takes several requests, as many as can be answered within the time of an item.
        """
        once = tools.text.keywords_per_call
        requests = int(config().item_seconds / tools.text.answer_seconds)
        if not tools.text.in_parts or requests < 2:
            return once
        return max(once, min(int(requests * once * FILLED), MOST_AT_ONCE))

    def brief(self, items: Sequence[int], db: Session) -> ClusterKeywordsBrief:
        """The keywords, and the clusters they could join."""
        keywords = list(
            db.scalars(sa.select(Keyword).where(Keyword.id.in_(items)).order_by(Keyword.id))
        )
        site = db.get_one(Site, keywords[0].site_id)
        return ClusterKeywordsBrief(
            site=site_in(site),
            keywords=tuple(keyword_in(keyword) for keyword in keywords),
            existing=_existing_clusters(db, site.id),
        )

    def work(self, brief: ClusterKeywordsBrief, tools: Tools) -> Prompted[ClusterKeywordsAnswer]:
        """Ask for groups; every keyword must stand in exactly one.

        A chat model is given groups that were found beforehand, to name, merge and split: as
        many in a request as it can sort. Raises PartlyDone when some were not answered.
        """
        parts = portions(brief, tools.text.keywords_per_call) if tools.text.in_parts else [brief]
        clusters: list[ClusterOut] = []
        failures: list[tuple[Collection[int], ProviderError]] = []
        for at, part in enumerate(parts):
            try:
                clusters += _ask(part, tools).clusters
            except ProviderError as error:
                over = error.fatal or error.code == "waits"  # the others would fare no better
                lost = parts[at:] if over else [part]
                failures.append(({k.id for one in lost for k in one.keywords}, error))
                if over:
                    break
        if failures and not clusters:
            raise failures[-1][1]
        answer = ClusterKeywordsAnswer(clusters=tuple(clusters))
        result = Prompted(answer, tools.prompt_version)
        if failures:
            raise PartlyDone(result, failures)
        return result

    def store(
        self, items: Sequence[int], result: Prompted[ClusterKeywordsAnswer], db: Session
    ) -> int:
        """Make the clusters and link each keyword that still waits to its own.

        Two new ones of the same name are one: they come from two requests.
        """
        ours = set(items)
        site_id = db.scalar(sa.select(Keyword.site_id).where(Keyword.id == items[0]))
        new: dict[str, int] = {}
        for group in result.answer.clusters:
            members = [keyword_id for keyword_id in group.keyword_ids if keyword_id in ours]
            open_ids = db.scalars(
                sa.select(Keyword.id)
                .where(Keyword.id.in_(members), Keyword.status == KeywordStatus.NEW)
                .with_for_update()
            ).all()
            if not open_ids:
                continue
            cluster_id = group.existing_id or new.get(folded(group.name))
            if cluster_id is None:
                cluster = Cluster(
                    site_id=site_id,
                    name=group.name[:400],
                    prompt_version=result.prompt_version,
                    status=ClusterStatus.NEW,
                )
                db.add(cluster)
                db.flush()
                cluster_id = new[folded(group.name)] = cluster.id
            db.execute(
                sa.update(Keyword)
                .where(Keyword.id.in_(open_ids))
                .values(cluster_id=cluster_id, status=KeywordStatus.MAPPED)
            )
        return len(new)


def _existing_clusters(db: Session, site_id: int) -> tuple[ExistingCluster, ...]:
    place = (
        sa.func.row_number()
        .over(
            partition_by=Keyword.cluster_id,
            order_by=(sa.func.coalesce(Keyword.volume, -1).desc(), Keyword.id),
        )
        .label("place")
    )
    ranked = (
        sa.select(Keyword.cluster_id, Keyword.phrase, place)
        .where(Keyword.site_id == site_id, Keyword.status == KeywordStatus.MAPPED)
        .subquery()
    )
    rows = db.execute(
        sa.select(Cluster.id, Cluster.name, ranked.c.phrase)
        .join(ranked, ranked.c.cluster_id == Cluster.id)
        .where(ranked.c.place <= OFFERED_PHRASES)
        .order_by(Cluster.id, ranked.c.place)
    )
    phrases: dict[tuple[int, str], list[str]] = {}
    for cluster_id, name, phrase in rows:
        phrases.setdefault((cluster_id, name), []).append(phrase)
    return tuple(
        ExistingCluster(id=cluster_id, name=name, phrases=tuple(some))
        for (cluster_id, name), some in phrases.items()
    )


def _ask(part: ClusterKeywordsBrief, tools: Tools) -> ClusterKeywordsAnswer:
    check = partial(check_partition, part.keywords, part.existing)
    return tools.ask(part, ClusterKeywordsAnswer, aside={"existing"}, check=check)
