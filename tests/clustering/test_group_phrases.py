from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.clustering import labelled
from igny8_web.clustering import Group, group_phrases

DATA = Path(__file__).resolve().parents[2] / "benchmarks" / "data"

TENTS = ["best family tent", "family tents review", "how to waterproof a family tent"]
STOVES = ["camping gas stove", "best camping stove", "camping stove fuel"]


def grouped(phrases: list[str], groups: list[Group]) -> set[frozenset[str]]:
    return {frozenset(phrases[index] for index in group.members) for group in groups}


def test_an_empty_list_has_no_groups() -> None:
    assert group_phrases([]) == []


def test_a_single_phrase_is_a_group_of_its_own() -> None:
    assert group_phrases(["cold brew ratio"]) == [Group((0,), "Cold brew ratio")]


def test_two_topics_fall_apart() -> None:
    phrases = TENTS + STOVES
    assert grouped(phrases, group_phrases(phrases)) == {frozenset(TENTS), frozenset(STOVES)}


def test_every_phrase_stands_in_exactly_one_group_whatever_it_is_made_of() -> None:
    phrases = [
        "☕", "", "   ", "?!", "how to", "2026", "a", "½ cup", "16:8", "x" * 5000, "cà phê sữa đá",
        "como hacer café", "焚き火台 おすすめ", "วิธีทำกาแฟ", "커피 추천", "कॉफी कैसे बनाएं",
        "קפה טורקי", "cold brew", "Cold  Brew", "cold\u00a0brew", "cold brew",
    ]  # fmt: skip
    groups = group_phrases(phrases, language="en")
    members = [index for group in groups for index in group.members]
    assert sorted(members) == list(range(len(phrases)))
    assert all(group.members == tuple(sorted(group.members)) for group in groups)


def test_spellings_of_one_phrase_stay_together() -> None:
    phrases = ["Cold Brew", "tent", "cold  brew", "cold\u00a0brew"]
    assert frozenset({"Cold Brew", "cold  brew", "cold\u00a0brew"}) in grouped(
        phrases, group_phrases(phrases)
    )


def test_the_order_of_the_phrases_does_not_matter() -> None:
    phrases = (DATA / "es_cooking.csv").read_text(encoding="utf-8").split("\n")[1:]
    phrases = [line.rsplit(",", 1)[0] for line in phrases if line]
    shuffled = random.Random(3).sample(phrases, len(phrases))
    assert grouped(phrases, group_phrases(phrases)) == grouped(shuffled, group_phrases(shuffled))


def test_new_phrases_join_the_existing_group_they_belong_to() -> None:
    phrases = ["family tent for 6 people", "mountain bike tyres"]
    groups = group_phrases(phrases, existing=[STOVES, TENTS])
    assert {group.members: group.existing for group in groups} == {(0,): 1, (1,): None}


def test_two_existing_groups_are_never_thrown_together() -> None:
    halves = [["cold brew ratio", "cold brew coffee ratio"], ["ratio for cold brew"]]
    phrases = ["cold brew ratio", "ratio for cold brew"]
    groups = group_phrases(phrases, existing=halves)
    assert {group.members: group.existing for group in groups} == {(0,): 0, (1,): 1}


def test_a_group_is_named_after_the_phrase_that_people_search_for() -> None:
    volumes = [10, 40, 90_000]
    (group,) = group_phrases(
        ["moka pot how to use", "how to use a moka pot", "  moka pot?"], volumes=volumes
    )
    assert group.name == "Moka pot"


def test_a_turkish_name_begins_with_a_dotted_capital() -> None:
    (group,) = group_phrases(["ikiz bebek arabası"], language="tr-TR")
    assert group.name == "İkiz bebek arabası"


@pytest.mark.parametrize(
    ("file", "language", "floor"),
    [
        ("labelled_coffee.csv", "en", 0.68),
        ("labelled_fitness.csv", "en", 0.8),
        ("de_garden.csv", "de", 0.7),
        ("zh_weight_loss.csv", "zh", 0.8),
        ("sv_cars.csv", "sv", 0.6),  # a language that the encoder was not trained on
    ],
)
def test_topics_of_a_niche_are_found_without_being_told_how_many(
    file: str, language: str, floor: float
) -> None:
    found = labelled(DATA / file, language)["adjusted_rand"]
    assert isinstance(found, float)
    assert found > floor


def test_a_wrong_language_hint_does_little_harm() -> None:
    told = labelled(DATA / "ru_renovation.csv", "en")["adjusted_rand"]
    assert isinstance(told, float)
    assert told > 0.8
