"""Stage 2: new clusters become content ideas."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...models import Cluster, ClusterStatus, Idea, IdeaStatus, Keyword, Site
from ...providers.contracts import ClusterIn, DevelopIdeasAnswer, DevelopIdeasBrief, IdeaOut
from ..briefs import keyword_in, site_in
from ..stage import Prompted, Stage, UnusableAnswer
from ..taken import Taken, latest_titles
from ..tools import Tools

TAKEN_TITLES = 300
"""Of the site's latest titles of each kind, how many the provider is told not to repeat."""


class DevelopIdeas(Stage[DevelopIdeasBrief, Prompted[DevelopIdeasAnswer]]):
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
            taken_titles=latest_titles(db, site.id, TAKEN_TITLES),
        )

    def work(self, brief: DevelopIdeasBrief, tools: Tools) -> Prompted[DevelopIdeasAnswer]:
        """Ask for ideas; every cluster must get one, for keywords of its own."""
        check = partial(_check, brief.clusters)
        answer = tools.ask(brief, DevelopIdeasAnswer, aside={"taken_titles"}, check=check)
        return Prompted(answer, tools.prompt_version)

    def store(self, items: Sequence[int], result: Prompted[DevelopIdeasAnswer], db: Session) -> int:
        """Keep the ideas of the clusters that still wait for some."""
        clusters = {
            cluster.id: cluster
            for cluster in db.scalars(
                sa.select(Cluster)
                .where(Cluster.id.in_(items), Cluster.status == ClusterStatus.NEW)
                .with_for_update()
            )
        }
        if not clusters:
            return 0
        site = db.get_one(Site, next(iter(clusters.values())).site_id)
        taken = Taken.of(db, site)
        made = 0
        for answer in result.answer.ideas:
            cluster = clusters.get(answer.cluster_id)
            if cluster is None:
                continue
            cluster.status = ClusterStatus.MAPPED
            idea = _idea(db, cluster, answer)
            idea.prompt_version = result.prompt_version
            idea.refusal = taken.refusal_of(idea.title)
            if idea.refusal:
                idea.status = IdeaStatus.REFUSED
            db.add(idea)
            db.flush()
            if idea.status is IdeaStatus.NEW:
                taken.ideas[idea.id] = idea.title
                made += 1
        return made


def _check(asked: Sequence[ClusterIn], answer: DevelopIdeasAnswer) -> None:
    """Raises UnusableAnswer unless each cluster has an idea, for keywords of its own."""
    own = {cluster.id: {keyword.id for keyword in cluster.keywords} for cluster in asked}
    for idea in answer.ideas:
        if idea.cluster_id not in own:
            raise UnusableAnswer(f"The answer named cluster {idea.cluster_id}, never asked.")
        if not own[idea.cluster_id].issuperset(idea.keyword_ids):
            raise UnusableAnswer(f"“{idea.title}” names keywords of another cluster.")
    if missing := own.keys() - {idea.cluster_id for idea in answer.ideas}:
        raise UnusableAnswer(f"The answer has no idea for clusters {sorted(missing)[:5]}.")


def _idea(db: Session, cluster: Cluster, answer: IdeaOut) -> Idea:
    return Idea(
        site_id=cluster.site_id,
        cluster_id=cluster.id,
        title=answer.title[:400],
        description=answer.description,
        content_type=answer.content_type,
        outline=list(answer.outline),
        target_words=answer.target_words,
        status=IdeaStatus.NEW,
        keywords=list(db.scalars(sa.select(Keyword).where(Keyword.id.in_(answer.keyword_ids)))),
    )
