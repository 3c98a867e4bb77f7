"""Many keywords in portions that a chat model can sort, in groups that were found beforehand."""

from __future__ import annotations

from collections.abc import Sequence

from ..clustering import packed_groups
from ..providers.contracts import ClusterKeywordsBrief, KeywordIn
from .abridged import with_nearest

FEW = 30
"""So many keywords are seen at a glance: grouping them beforehand tells a model nothing."""


def portions(brief: ClusterKeywordsBrief, most: int) -> list[ClusterKeywordsBrief]:
    """The brief in parts of ``most`` keywords at most, each offering the clusters nearest to it.

    Whole groups, each keyword with the number of its own, similar groups side by side. What
    exists has no influence on them: it may have changed at the next attempt, and the answers that
    are recorded are to these parts.
    """
    if len(brief.keywords) <= min(FEW, most):
        return [with_nearest(brief)]
    phrases = [keyword.phrase for keyword in brief.keywords]
    return [
        with_nearest(brief.model_copy(update={"keywords": _numbered(brief.keywords, pack)}))
        for pack in packed_groups(phrases, most, brief.site.language)
    ]


def _numbered(
    keywords: Sequence[KeywordIn], pack: Sequence[Sequence[int]]
) -> tuple[KeywordIn, ...]:
    return tuple(
        keywords[index].model_copy(update={"group": number})
        for number, members in enumerate(pack, 1)
        for index in members
    )
