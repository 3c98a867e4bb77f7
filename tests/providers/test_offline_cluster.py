from __future__ import annotations

from igny8_web.providers.contracts import (
    ClusterKeywordsAnswer,
    ClusterKeywordsBrief,
    ExistingCluster,
    KeywordIn,
    SiteIn,
)
from igny8_web.providers.offline import OfflineText

from .questions import question

PHRASES = (
    "descale keurig",
    "how to descale keurig",
    "keurig descaling",
    "latte vs cappuccino",
    "cappuccino vs latte",
    "difference between latte and cappuccino",
    "cold brew ratio",
    "cold brew coffee ratio",
)


def clusters(existing: tuple[ExistingCluster, ...] = ()) -> ClusterKeywordsAnswer:
    brief = ClusterKeywordsBrief(
        site=SiteIn(name="Brew Notes", domain="brewnotes.example", language="en"),
        # Ids far from the positions: an answer by position would be seen at once.
        keywords=tuple(KeywordIn(id=700 + 3 * n, phrase=p) for n, p in enumerate(PHRASES)),
        existing=existing,
    )
    data = OfflineText().answer(question("cluster-keywords", brief)).data
    return ClusterKeywordsAnswer.model_validate(data)


def test_every_keyword_stands_in_one_cluster_by_its_id() -> None:
    ids = sorted(id_ for cluster in clusters().clusters for id_ in cluster.keyword_ids)
    assert ids == [700 + 3 * n for n in range(len(PHRASES))]


def test_wordings_of_one_comparison_stand_together() -> None:
    together = {700 + 3 * n for n in (3, 4)}
    assert any(together <= set(cluster.keyword_ids) for cluster in clusters().clusters)


def test_a_cluster_that_is_joined_keeps_its_id_and_name() -> None:
    had = ExistingCluster(
        id=41, name="Milk drinks", phrases=("latte vs cappuccino difference", "cappuccino or latte")
    )
    joined = [cluster for cluster in clusters((had,)).clusters if cluster.existing_id == 41]
    assert [cluster.name for cluster in joined] == ["Milk drinks"]
