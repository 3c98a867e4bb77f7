from __future__ import annotations

import numpy as np
import pytest

from igny8_web.clustering.absorbing import absorbed
from igny8_web.clustering.communities import communities
from igny8_web.clustering.modifiers import modifiers_of
from igny8_web.clustering.sparse import tfidf_rows
from igny8_web.clustering.text import folded, letter_grams, without_accents, words


def graph(*edges: tuple[int, int, float], nodes: int) -> list[dict[int, float]]:
    neighbours: list[dict[int, float]] = [{} for _ in range(nodes)]
    for one, other, weight in edges:
        neighbours[one][other] = neighbours[other][one] = weight
    return neighbours


TRIANGLES = graph(
    (0, 1, 1), (1, 2, 1), (0, 2, 1), (3, 4, 1), (4, 5, 1), (3, 5, 1), (2, 3, 0.2), nodes=6
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  Cold\tBrew\u00a0 RATIO ", "cold brew ratio"),
        ("5×5 workout", "5x5 workout"),
        ("what’s a ﬁlter", "what's a filter"),
    ],
)
def test_folding_makes_twins_one(typed: str, expected: str) -> None:
    assert folded(typed) == expected


def test_words_split_on_marks_and_where_a_script_without_spaces_begins() -> None:
    assert words("women's k-cup 16:8 od缶") == ["women", "k", "cup", "16", "8", "od", "缶"]


def test_accents_go_but_indic_vowel_signs_stay() -> None:
    assert without_accents("poêle à granulés") == "poele a granules"
    assert without_accents("कॉफी") == "कॉफी"


def test_a_typing_error_shares_most_letters() -> None:
    right, wrong = set(letter_grams("espresso")), set(letter_grams("expresso"))
    assert len(right & wrong) > len(right) / 2


@pytest.mark.parametrize(
    ("text", "hint", "topic"),
    [
        ("how to descale a keurig 2026", None, ["descale", "keurig"]),
        ("wie rasen vertikutieren", "en", ["rasen", "vertikutieren"]),
        ("焚き火台 おすすめ", None, ["焚き火台"]),
        ("减脂餐怎么做", "zh-CN", ["减脂餐", "做"]),
    ],
)
def test_modifiers_are_told_from_the_topic(text: str, hint: str | None, topic: list[str]) -> None:
    assert modifiers_of([text], hint).split(text)[0] == topic


def test_a_word_of_another_language_is_no_modifier() -> None:
    english = ["pour over coffee", "how to make coffee", "best coffee near me"]
    assert modifiers_of(english, None).split("pour over coffee")[0] == ["pour", "coffee"]


def test_sparse_products_are_the_dense_ones() -> None:
    bags = [{"a": 1.0, "b": 0.5}, {"b": 1.0}, {}, {"a": 2.0, "c": 1.0, "b": 1.0}]
    dense = np.zeros((4, 3))
    for row, bag in enumerate(bags):
        for name, weight in bag.items():
            spread = sum(name in other for other in bags)
            dense[row, "abc".index(name)] = weight * np.log(1 + 4 / spread)
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
    rows = tfidf_rows(bags, length=1.0, widest=10)
    np.testing.assert_allclose(rows.products(0, 4), dense @ dense.T, atol=1e-6)
    np.testing.assert_allclose(rows.products(1, 3), (dense @ dense.T)[1:3], atol=1e-6)


def test_a_feature_of_too_many_rows_is_not_compared() -> None:
    rows = tfidf_rows([{"a": 1.0, "b": 1.0}, {"a": 1.0, "c": 1.0}], length=1.0, widest=1)
    assert rows.products(0, 2)[0, 1] == 0


def test_two_triangles_are_two_communities() -> None:
    assert communities(TRIANGLES, [None] * 6, resolution=0.3) == [0, 0, 0, 1, 1, 1]


def test_a_low_resolution_makes_one_community() -> None:
    assert len(set(communities(TRIANGLES, [None] * 6, resolution=0.01))) == 1


def test_anchored_nodes_stay_together_and_apart_from_other_anchors() -> None:
    anchors = [7, 8, None, None, None, 7]
    groups = communities(TRIANGLES, anchors, resolution=0.01)
    assert groups[0] == groups[5] != groups[1]


def test_a_crumb_joins_the_group_it_is_close_to_unless_it_is_kept() -> None:
    ring = [(node, (node + 1) % 6, 0.9) for node in range(6)]
    beside = graph(*ring, (6, 0, 0.6), (6, 1, 0.6), (7, 2, 0.1), nodes=8)
    labels = [0] * 6 + [1, 2]
    assert absorbed(beside, labels, frozenset()) == [0] * 7 + [2]
    assert absorbed(beside, labels, frozenset({1})) == labels
