"""Keywords → clusters: the grouping itself lives in ``igny8_web.clustering``."""

from __future__ import annotations

from ...clustering import group_phrases
from ..contracts import ClusterKeywordsAnswer, ClusterKeywordsBrief, ClusterOut


def cluster_keywords(brief: ClusterKeywordsBrief) -> ClusterKeywordsAnswer:
    """Group all keywords of the brief, joining clusters that the site already has."""
    groups = group_phrases(
        [keyword.phrase for keyword in brief.keywords],
        volumes=[keyword.volume for keyword in brief.keywords],
        language=brief.site.language,
        existing=[cluster.phrases for cluster in brief.existing],
    )
    clusters = []
    for group in groups:
        joined = None if group.existing is None else brief.existing[group.existing]
        clusters.append(
            ClusterOut(
                name=joined.name if joined else group.name,
                keyword_ids=tuple(brief.keywords[index].id for index in group.members),
                existing_id=joined.id if joined else None,
            )
        )
    return ClusterKeywordsAnswer(clusters=tuple(clusters))
