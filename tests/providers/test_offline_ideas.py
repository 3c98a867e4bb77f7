from __future__ import annotations

import pytest

from igny8_web.providers.contracts import (
    ClusterIn,
    DevelopIdeasAnswer,
    DevelopIdeasBrief,
    IdeaOut,
    KeywordIn,
    SiteIn,
)
from igny8_web.providers.offline import OfflineText

from .questions import question

COLD_BREW = (
    "cold brew ratio",
    "cold brew coffee ratio",
    "1:4 cold brew concentrate",
    "how much coffee for cold brew",
    "how to dilute cold brew concentrate",
)
MIXED = (
    "espresso grinder",
    "best espresso grinder",
    "best budget espresso grinder",
    "espresso grinder under $500",
    "cheap espresso grinder",
    "how to clean an espresso grinder",
    "how to dial in an espresso grinder",
    "why is espresso grinder retention bad",
    "do you need a separate grinder for espresso",
    "what is a single dose grinder",
)


def ideas_for(
    *clusters: tuple[str, ...], language: str = "en", taken: tuple[str, ...] = ()
) -> tuple[IdeaOut, ...]:
    number = iter(range(1, 10_000))
    brief = DevelopIdeasBrief(
        site=SiteIn(name="Brew Notes", domain="brewnotes.example", language=language),
        clusters=tuple(
            ClusterIn(
                id=next(number),
                name=phrases[0],
                keywords=tuple(KeywordIn(id=next(number), phrase=phrase) for phrase in phrases),
            )
            for phrases in clusters
        ),
        taken_titles=taken,
    )
    answer = OfflineText().answer(question("develop-ideas", brief))
    assert answer.cost == 0
    ideas = DevelopIdeasAnswer.model_validate(answer.data).ideas
    for cluster in brief.clusters:
        used = [id_ for idea in ideas if idea.cluster_id == cluster.id for id_ in idea.keyword_ids]
        assert sorted(used) == [keyword.id for keyword in cluster.keywords]
    return ideas


def test_a_small_cluster_becomes_one_article() -> None:
    (idea,) = ideas_for(("chemex vs v60", "v60 vs chemex", "difference between chemex and v60"))
    assert idea.content_type == "comparison"
    assert idea.title.startswith("Chemex vs V60")


def test_learning_and_buying_become_two_articles() -> None:
    ideas = ideas_for(MIXED)
    assert len(ideas) == 2
    assert {idea.content_type for idea in ideas} >= {"listicle"}
    assert len({idea.title for idea in ideas}) == 2


@pytest.mark.parametrize(
    ("phrase", "start", "content_type"),
    [
        ("how to use a french press", "How to Use a French Press", "how-to"),
        ("best espresso machine", "Best Espresso Machine", "listicle"),
        ("does coffee break a fast", "Does Coffee Break a Fast?", "guide"),
        ("keurig not brewing", "Keurig Not Brewing", "how-to"),
        ("gaggia classic pro review", "Gaggia Classic Pro Review", "review"),
        ("coffee shop near me", "Coffee Shop Near Me", "guide"),
        ("c25k vs couch to 5k", "C25K vs Couch to 5K", "comparison"),
        ("delonghi descaling with 16 oz vinegar", "DeLonghi Descaling with 16 oz", "guide"),
    ],
)
def test_a_title_reads_like_a_headline(phrase: str, start: str, content_type: str) -> None:
    (idea,) = ideas_for((phrase,))
    assert idea.title.casefold().startswith(start.casefold())
    if "oz" not in start:
        assert idea.title.startswith(start)
    assert idea.content_type == content_type


def test_questions_become_headings_that_ask() -> None:
    (idea,) = ideas_for(COLD_BREW)
    assert "How do you dilute cold brew concentrate?" in idea.outline
    assert "How much coffee for cold brew?" in idea.outline
    assert len({heading.casefold() for heading in idea.outline}) == len(idea.outline)


def test_two_wordings_of_one_query_share_a_section() -> None:
    (idea,) = ideas_for(COLD_BREW)
    assert sum("ratio" in heading.lower() for heading in idea.outline) == 1


def test_a_misspelling_is_no_heading() -> None:
    (idea,) = ideas_for(
        ("french press", "french press grind", "french press ratio", "fench press coffee")
    )
    assert not any("fench" in heading.lower() for heading in idea.outline)


def test_a_taken_title_is_not_proposed_again() -> None:
    taken: tuple[str, ...] = ()
    for _ in range(12):
        (idea,) = ideas_for(("turkish coffee", "turkish coffee pot"), taken=taken)
        assert idea.title not in taken
        taken = (*taken, idea.title)


def test_the_same_brief_gets_the_same_ideas() -> None:
    assert ideas_for(COLD_BREW, MIXED) == ideas_for(COLD_BREW, MIXED)


@pytest.mark.parametrize(
    ("language", "phrase", "heading"),
    [
        ("de", "wie oft kaffeemaschine entkalken", "Wie oft kaffeemaschine entkalken?"),
        ("es", "cómo usar una cafetera italiana", "¿Cómo usar una cafetera italiana?"),
        ("fr", "comment nettoyer une cafetière", "Comment nettoyer une cafetière ?"),
        ("pt-BR", "como limpar cafeteira", "Como limpar cafeteira?"),
        ("it", "come pulire la moka", "Come pulire la moka?"),
        ("nl", "hoe ontkalk je een koffiezetapparaat", "Hoe ontkalk je een koffiezetapparaat?"),
        ("pl", "jak odkamienić ekspres", "Jak odkamienić ekspres?"),
    ],
)
def test_other_languages_ask_in_their_own_way(language: str, phrase: str, heading: str) -> None:
    (idea,) = ideas_for((phrase,), language=language)
    assert heading in [line.replace("\u202f", " ").replace("\xa0", " ") for line in idea.outline]
    assert "Before you start" not in idea.outline


def test_a_language_without_words_of_ours_gets_its_own_words_only() -> None:
    (idea,) = ideas_for(("水出しコーヒー 作り方", "水出しコーヒー 比率"), language="ja")
    said = " ".join([idea.title, idea.description, *idea.outline])
    assert not any(char.isascii() and char.isalpha() for char in said)
    assert len(idea.outline) >= 2
