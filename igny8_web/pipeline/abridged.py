"""What a chat model is shown of a brief: all of it, but not every cluster of a large site.

The offline provider compares thousands in a moment. A model reads them all for each request,
and each is paid for.
"""

from __future__ import annotations

from pydantic import BaseModel

from ..clustering.nearest import nearest
from ..providers.contracts import ClusterKeywordsBrief

MOST_CLUSTERS = 120
"""The ones that have most in common with the new keywords."""
MOST_PHRASES = 5
"""By which each is shown: those with the largest volume."""


def abridged(brief: BaseModel) -> BaseModel:
    """The brief as it is shown; the same object where there is nothing to leave out."""
    return with_nearest(brief) if isinstance(brief, ClusterKeywordsBrief) else brief


def with_nearest(brief: ClusterKeywordsBrief) -> ClusterKeywordsBrief:
    """Only the existing clusters that are nearest to the keywords, in the order they are in."""
    shown = tuple(
        cluster.model_copy(update={"phrases": cluster.phrases[:MOST_PHRASES]})
        for cluster in brief.existing
    )
    if len(shown) > MOST_CLUSTERS:
        texts = {cluster.id: (cluster.name, *cluster.phrases) for cluster in shown}
        asked = [keyword.phrase for keyword in brief.keywords]
        best = nearest(asked, texts, MOST_CLUSTERS, brief.site.language)
        shown = tuple(cluster for cluster in shown if cluster.id in best)
    return brief.model_copy(update={"existing": shown})
