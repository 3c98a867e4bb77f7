from __future__ import annotations

import pytest

from igny8_web.clustering.twins import TOO_ALIKE, likeness, twin_of


@pytest.mark.parametrize(
    ("title", "other", "language"),
    [
        ("Best espresso grinders", "Top espresso grinder", "en"),
        ("Moka pot vs French press: which is better?", "French press vs moka pot", "en"),
        ("Die besten Kaffeemühlen", "Kaffeemühlen im Test", "de"),
        ("How to do it", "How to do it", "en"),
    ],
)
def test_titles_that_compete_are_too_alike(title: str, other: str, language: str) -> None:
    assert likeness(title, other, language) >= TOO_ALIKE
    assert likeness(title, other, language) == likeness(other, title, language)


@pytest.mark.parametrize(
    ("title", "other", "language"),
    [
        ("How to clean an espresso grinder", "Best espresso grinders", "en"),
        ("Best espresso grinders", "Best espresso machines", "en"),
        ("珈琲豆の選び方", "珈琲豆の保存方法", "ja"),
        ("Coffee", "Tea", "en"),
        ("", "", "en"),
    ],
)
def test_titles_on_different_matters_are_not(title: str, other: str, language: str) -> None:
    assert likeness(title, other, language) < TOO_ALIKE


def test_the_twin_is_the_most_alike() -> None:
    others = {1: "Espresso grinders for the office", 2: "Top espresso grinders", 3: "Tea"}
    twin = twin_of("Best espresso grinders", others, "en")
    assert twin is not None
    assert twin.id == 2
    assert twin_of("Best espresso grinders", {3: "Tea"}, "en") is None
    assert twin_of("Best espresso grinders", {}, "en") is None
