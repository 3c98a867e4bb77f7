from __future__ import annotations

from igny8_web.clustering.nearest import nearest

OTHERS = {
    1: ["Coffee for the office"],
    2: ["Grinders", "burr grinder for coffee"],
    3: ["Cold brew"],
    4: ["Tea"],
}


def test_a_word_that_few_have_counts_most_and_what_shares_none_is_left_out() -> None:
    assert nearest(["how to clean a coffee grinder"], OTHERS, 9, "en") == [2, 1]


def test_a_word_that_is_asked_for_more_often_counts_more() -> None:
    asked = ["tea", "cold brew", "iced cold brew"]
    assert nearest(asked, OTHERS, 9, "en") == [3, 4]


def test_no_more_are_named_than_wanted() -> None:
    assert nearest(["coffee grinder"], OTHERS, 1, "en") == [2]
    assert nearest(["coffee grinder"], OTHERS, 0, "en") == []
    assert nearest([], OTHERS, 3, "en") == []


def test_scripts_without_spaces_are_compared_by_their_letters() -> None:
    others = {1: ["珈琲豆の保存方法"], 2: ["紅茶"]}
    assert nearest(["珈琲豆の選び方"], others, 3, "ja") == [1]
