"""Whether an answer sorts every keyword that was asked into one cluster that may be named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from ..providers.contracts import ClusterKeywordsAnswer, ExistingCluster, KeywordIn
from .tools import UnusableAnswer

MOST_TOLD = 40
"""Ids that a complaint names, for whoever repairs the answer."""


def check_partition(
    asked: Sequence[KeywordIn],
    offered: Sequence[ExistingCluster],
    answer: ClusterKeywordsAnswer,
) -> None:
    """Raises UnusableAnswer unless the answer is a partition of what was asked."""
    answered = Counter(
        keyword_id for group in answer.clusters for keyword_id in set(group.keyword_ids)
    )
    ids = {keyword.id for keyword in asked}
    if twice := [keyword_id for keyword_id, times in answered.items() if times > 1]:
        raise UnusableAnswer(f"The answer put keywords into two clusters: {_first(twice)}.")
    if unknown := answered.keys() - ids:
        raise UnusableAnswer(f"The answer named keywords never asked: {_first(unknown)}.")
    if missing := ids - answered.keys():
        raise UnusableAnswer(
            f"The answer left out {len(missing)} of {len(ids)} keywords: {_first(missing)}."
        )
    existing = {group.existing_id for group in answer.clusters if group.existing_id is not None}
    if unknown := existing - {cluster.id for cluster in offered}:
        raise UnusableAnswer(f"The answer named clusters never offered: {_first(unknown)}.")


def _first(ids: Collection[int]) -> str:
    shown = ", ".join(map(str, sorted(ids)[:MOST_TOLD]))
    return shown + (" …" if len(ids) > MOST_TOLD else "")
