"""Stage 1: new keywords become clusters."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...models import Cluster, ClusterStatus, Keyword, KeywordStatus, Site
from ...providers.contracts import (
    ClusterKeywordsAnswer,
    ClusterKeywordsBrief,
    ExistingCluster,
    KeywordIn,
)
from ..briefs import keyword_in, site_in
from ..stage import Stage, UnusableAnswer
from ..tools import Tools

OFFERED_PHRASES = 20
"""Phrases by which an existing cluster is shown to the provider."""


class ClusterKeywords(Stage[ClusterKeywordsBrief, ClusterKeywordsAnswer]):
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
        """As many as the provider can see at once: topics cut by a batch border are poor topics."""
        return tools.text.keywords_per_call

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

    def work(self, brief: ClusterKeywordsBrief, tools: Tools) -> ClusterKeywordsAnswer:
        """Ask for groups; every keyword must stand in exactly one."""
        answer = tools.ask(brief, ClusterKeywordsAnswer, aside={"existing"})
        _check(brief.keywords, brief.existing, answer)
        return answer

    def store(self, items: Sequence[int], result: ClusterKeywordsAnswer, db: Session) -> int:
        """Make the clusters and link each keyword that still waits to its own."""
        ours = set(items)
        site_id = db.scalar(sa.select(Keyword.site_id).where(Keyword.id == items[0]))
        made = 0
        for group in result.clusters:
            members = [keyword_id for keyword_id in group.keyword_ids if keyword_id in ours]
            open_ids = db.scalars(
                sa.select(Keyword.id)
                .where(Keyword.id.in_(members), Keyword.status == KeywordStatus.NEW)
                .with_for_update()
            ).all()
            if not open_ids:
                continue
            cluster_id = group.existing_id
            if cluster_id is None:
                cluster = Cluster(site_id=site_id, name=group.name[:400], status=ClusterStatus.NEW)
                db.add(cluster)
                db.flush()
                cluster_id, made = cluster.id, made + 1
            db.execute(
                sa.update(Keyword)
                .where(Keyword.id.in_(open_ids))
                .values(cluster_id=cluster_id, status=KeywordStatus.MAPPED)
            )
        return made


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
        .where(Keyword.site_id == site_id, Keyword.cluster_id.is_not(None))
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


def _check(
    asked: Sequence[KeywordIn],
    offered: Sequence[ExistingCluster],
    answer: ClusterKeywordsAnswer,
) -> None:
    """Raises UnusableAnswer unless the answer is a partition of what was asked."""
    answered = [keyword_id for group in answer.clusters for keyword_id in group.keyword_ids]
    if len(answered) != len(set(answered)):
        raise UnusableAnswer("The answer put a keyword into two clusters.")
    if unknown := set(answered) - {keyword.id for keyword in asked}:
        raise UnusableAnswer(f"The answer named keywords never asked: {sorted(unknown)[:5]}.")
    if missing := {keyword.id for keyword in asked} - set(answered):
        raise UnusableAnswer(f"The answer left out {len(missing)} of {len(asked)} keywords.")
    existing = {group.existing_id for group in answer.clusters if group.existing_id is not None}
    if unknown := existing - {cluster.id for cluster in offered}:
        raise UnusableAnswer(f"The answer named clusters never offered: {sorted(unknown)[:5]}.")
