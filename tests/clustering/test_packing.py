"""Groups in packs for somebody who cannot look at all of them at once."""

from __future__ import annotations

import csv
import random
from itertools import combinations
from pathlib import Path

import pytest

from igny8_web.clustering import group_phrases, packed_groups

DATA = Path(__file__).resolve().parents[2] / "benchmarks" / "data"


@pytest.fixture(scope="module")
def topics() -> dict[str, str]:
    """The topic of each of 300 keywords about coffee or fitness, shuffled."""
    rows = []
    for name in ("labelled_coffee", "labelled_fitness"):
        with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
            rows += [(row["keyword"], row["topic"]) for row in csv.DictReader(file)]
    return dict(random.Random(7).sample(rows, 300))


@pytest.fixture(scope="module")
def phrases(topics: dict[str, str]) -> list[str]:
    return list(topics)


def test_every_phrase_stands_in_one_pack_and_groups_stay_whole(phrases: list[str]) -> None:
    packs = packed_groups(phrases, 50, "en")

    members = [index for pack in packs for group in pack for index in group]
    assert sorted(members) == list(range(len(phrases)))
    assert all(sum(map(len, pack)) <= 50 for pack in packs)
    whole = {group.members for group in group_phrases(phrases, language="en")}
    assert {group for pack in packs for group in pack} == whole


def test_packs_are_full_and_the_same_each_time(phrases: list[str]) -> None:
    packs = packed_groups(phrases[:270], 50, "en")

    assert len(packs) == 6, "nine tenths of what they hold"
    assert packed_groups(phrases[:270], 50, "en") == packs


def test_most_of_a_topic_is_in_one_pack_and_much_of_what_was_split_can_be_merged(
    phrases: list[str], topics: dict[str, str]
) -> None:
    packs = packed_groups(phrases, 40, "en")

    place = {
        phrases[at]: (n, number)
        for n, pack in enumerate(packs)
        for number, group in enumerate(pack)
        for at in group
    }
    pairs = [(a, b) for a, b in combinations(phrases, 2) if topics[a] == topics[b]]
    split = [(a, b) for a, b in pairs if place[a] != place[b]]

    def together(some: list[tuple[str, str]]) -> float:
        return sum(place[a][0] == place[b][0] for a, b in some) / len(some)

    assert together(pairs) > 0.85
    assert together(split) > 0.3, "a tenth, where the packs do not look for similar groups"


def test_a_group_that_is_larger_than_a_pack_is_cut() -> None:
    phrases = [f"cold brew ratio {number}" for number in range(2000, 2025)]

    packs = packed_groups(phrases, 10, "en")

    assert [sum(map(len, pack)) for pack in packs] == [10, 10, 5]


def test_nothing_makes_no_pack() -> None:
    assert packed_groups([], 10) == []
