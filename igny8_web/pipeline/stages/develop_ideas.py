"""Stage 2: new clusters become content ideas."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...models import Cluster, ClusterStatus, Idea, Keyword, Site
from ...providers.contracts import ClusterIn, DevelopIdeasAnswer, DevelopIdeasBrief
from ..briefs import keyword_in, site_in
from ..stage import Stage, UnusableAnswer
from ..tools import Tools

TAKEN_TITLES = 300
"""Of the site's latest titles, how many the provider is told not to repeat."""


class DevelopIdeas(Stage[DevelopIdeasBrief, DevelopIdeasAnswer]):
    """One cluster at a time, so that each idea can know the titles before it."""

    slug = "develop-ideas"
    title = "Clusters → Ideas"
    unit = ("cluster", "clusters")
    makes = ("idea", "ideas")

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """Clusters without ideas, the oldest first."""
        return (
            sa.select(Cluster.id, Cluster.name)
            .where(Cluster.site_id == site_id, Cluster.status == ClusterStatus.NEW)
            .order_by(Cluster.id)
        )

    def brief(self, items: Sequence[int], db: Session) -> DevelopIdeasBrief:
        """The clusters with their keywords, and the titles that are taken."""
        clusters = db.scalars(
            sa.select(Cluster).where(Cluster.id.in_(items)).order_by(Cluster.id)
        ).all()
        site = db.get_one(Site, clusters[0].site_id)
        taken = db.scalars(
            sa.select(Idea.title)
            .where(Idea.site_id == site.id)
            .order_by(Idea.id.desc())
            .limit(TAKEN_TITLES)
        )
        return DevelopIdeasBrief(
            site=site_in(site),
            clusters=tuple(
                ClusterIn(
                    id=cluster.id,
                    name=cluster.name,
                    keywords=tuple(keyword_in(keyword) for keyword in cluster.keywords),
                )
                for cluster in clusters
            ),
            taken_titles=tuple(taken),
        )

    def work(self, brief: DevelopIdeasBrief, tools: Tools) -> DevelopIdeasAnswer:
        """Ask for ideas; every cluster must get one, for keywords of its own."""
        answer = tools.ask(brief, DevelopIdeasAnswer, aside={"taken_titles"})
        own = {c.id: {keyword.id for keyword in c.keywords} for c in brief.clusters}
        for idea in answer.ideas:
            if idea.cluster_id not in own:
                raise UnusableAnswer(f"The answer named cluster {idea.cluster_id}, never asked.")
            if not own[idea.cluster_id].issuperset(idea.keyword_ids):
                raise UnusableAnswer(f"“{idea.title}” names keywords of another cluster.")
        if missing := own.keys() - {idea.cluster_id for idea in answer.ideas}:
            raise UnusableAnswer(f"The answer has no idea for clusters {sorted(missing)[:5]}.")
        return answer

    def store(self, items: Sequence[int], result: DevelopIdeasAnswer, db: Session) -> int:
        """Keep the ideas of the clusters that still wait for some."""
        clusters = {
            cluster.id: cluster
            for cluster in db.scalars(
                sa.select(Cluster)
                .where(Cluster.id.in_(items), Cluster.status == ClusterStatus.NEW)
                .with_for_update()
            )
        }
        made = 0
        for idea in result.ideas:
            cluster = clusters.get(idea.cluster_id)
            if cluster is None:
                continue
            cluster.status = ClusterStatus.MAPPED
            db.add(
                Idea(
                    site_id=cluster.site_id,
                    cluster_id=cluster.id,
                    title=idea.title[:400],
                    description=idea.description,
                    content_type=idea.content_type,
                    outline=list(idea.outline),
                    target_words=idea.target_words,
                    keywords=list(
                        db.scalars(sa.select(Keyword).where(Keyword.id.in_(idea.keyword_ids)))
                    ),
                )
            )
            made += 1
        return made
