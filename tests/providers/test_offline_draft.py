from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

import pytest

from igny8_web.providers.base import ProviderError
from igny8_web.providers.contracts import KeywordIn, SiteIn, WriteContentAnswer, WriteContentBrief
from igny8_web.providers.offline import OfflineText

from .questions import question

PRESS = (
    "how to use a french press",
    "how to make french press coffee",
    "french press ratio",
    "french press coffee ratio",
    "how long to steep french press",
    "french press grind size",
    "best french press",
    "cheap french press",
    "french press under $50",
    "french press vs pour over",
    "why is my french press coffee weak",
    "is french press coffee bad for you",
)
OUTLINE = (
    "How do you use a French press?",
    "French press ratio: what it depends on",
    "French press grind size",
    "Best french press: what to look for",
    "French press vs pour over",
    "Common mistakes to avoid",
)
HOSTILE = (
    "<script>alert('x')</script> coffee",
    'coffee "quoted" & <b>bold</b>',
    "قهوة تركية",
    "café ☕🎃",
    "coffee {t} [a|b] {q}",
    "Kaffee\u00a0\u00a0STRASSE straße",
    "x" * 5000,
)
ALLOWED = set(
    "h2 h3 p ul ol li table thead tbody tr th td strong em blockquote aside".split()  # noqa: SIM905
)


def draft(
    keywords: tuple[str, ...] = PRESS,
    outline: tuple[str, ...] = OUTLINE,
    *,
    title: str = "How to Use a French Press: A Step-by-Step Guide",
    cluster: str = "french press",
    language: str = "en",
    task_id: int = 1,
    target_words: int = 1200,
) -> WriteContentAnswer:
    brief = WriteContentBrief(
        site=SiteIn(name="Brew Notes", domain="brewnotes.example", language=language),
        task_id=task_id,
        title=title,
        description="",
        content_type="how-to",
        outline=outline,
        target_words=target_words,
        cluster=cluster,
        keywords=tuple(KeywordIn(id=n, phrase=phrase) for n, phrase in enumerate(keywords, 1)),
    )
    return WriteContentAnswer.model_validate(
        OfflineText().answer(question("write-content", brief)).data
    )


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).casefold().split())


def sentences(html: str) -> list[str]:
    blocks = unescape(re.sub(r"<[^>]*>", "\n", html)).split("\n")
    parts = [part for block in blocks for part in re.split(r"(?<=[.?!])\s+", block)]
    return [part.strip() for part in parts if len(part.split()) > 2]


class Strict(HTMLParser):
    """Complains about elements that are not allowed or not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= {"class"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_valid(html: str) -> None:
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.open == []


def test_every_keyword_stands_in_the_text() -> None:
    text = words(draft().html)
    assert [phrase for phrase in PRESS if phrase.casefold() not in text] == []


def test_the_outline_is_kept_in_its_order() -> None:
    headings = [unescape(text) for text in re.findall("<h2>(.*?)</h2>", draft().html)]
    assert [heading for heading in headings if heading in OUTLINE] == list(OUTLINE)


def test_the_draft_says_first_that_it_is_one() -> None:
    assert draft().html.startswith('<p class="offline-draft">Offline draft:')
    assert 'class="editor-note">Editor: ' in draft().html


def test_no_sentence_comes_twice_in_an_article() -> None:
    counts = Counter(sentences(draft().html))
    assert [text for text, count in counts.items() if count > 1] == []


def test_thirty_articles_are_not_one_article() -> None:
    topics = [f"{first} {second}" for first in ("green", "black", "iced", "white", "spiced")
              for second in ("tea", "coffee", "cocoa", "juice", "soda", "cider")]  # fmt: skip
    drafts = []
    for number, topic in enumerate(topics):
        keywords = tuple(phrase.replace("french press", topic) for phrase in PRESS)
        outline = tuple(re.sub("(?i)french press", topic, line) for line in OUTLINE)
        made = draft(keywords, outline, title=topic, cluster=topic, task_id=number)
        drafts.append(set(sentences(made.html)))
    shared = [
        len(one & other) / min(len(one), len(other))
        for place, one in enumerate(drafts)
        for other in drafts[:place]
    ]
    # The same twelve questions on thirty topics are the hardest case; identical would be 1.0.
    assert sum(shared) / len(shared) < 0.45
    assert max(shared) < 0.65


def test_it_states_no_figures_of_its_own() -> None:
    made = draft()
    text = words(made.html).replace("igny8", "")
    own = set(re.findall(r"\d+", text)) - set(re.findall(r"\d+", " ".join(PRESS)))
    assert own == set()


def test_the_length_comes_near_the_target() -> None:
    short, long = draft(target_words=600), draft(target_words=1300)
    assert len(words(long.html).split()) > len(words(short.html).split())
    assert 0.75 < len(words(long.html).split()) / 1300 < 1.25


def test_a_comparison_gets_a_table_with_both_sides() -> None:
    html = draft(("french press vs pour over",), ("French press vs pour over", "In daily use")).html
    assert "<th>French press</th><th>Pour over</th>" in html


def test_buying_needs_become_rows() -> None:
    html = draft().html
    assert "<th>French press under $50</th>" in html


def test_questions_stand_in_the_faq() -> None:
    html = draft().html
    faq = html[html.index("Frequently asked questions") :]
    assert "<h3>Is French press coffee bad for you?</h3>" in faq


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "pt", "it", "nl", "pl", "ja"])
def test_hostile_keywords_stay_text_in_every_language(language: str) -> None:
    made = draft(HOSTILE, ("<img src=x onerror=y>", "coffee"), title="<b>", language=language)
    assert_valid(made.html)
    text = words(made.html)
    assert [
        phrase[:40] for phrase in HOSTILE if " ".join(phrase.casefold().split()) not in text
    ] == []


@pytest.mark.parametrize("language", ["de", "es", "fr", "pt", "it", "nl", "pl"])
def test_other_languages_are_written_without_english(language: str) -> None:
    made = draft(("moka", "moka vs aeropress", "moka 3"), ("Moka", "Moka 3"), title="Moka",
                 cluster="moka", language=language)  # fmt: skip
    english = {"the", "with", "you", "and", "editor:"}
    assert not english & set(words(made.html).split())
    assert_valid(made.html)
    counts = Counter(sentences(made.html))
    assert max(counts.values()) == 1


def test_a_language_without_words_of_ours_gets_its_keywords_only() -> None:
    made = draft(("水出しコーヒー", "水出し 比率"), ("水出しコーヒー", "比率"), title="水出し",
                 cluster="水出し", language="ja")  # fmt: skip
    letters = re.sub("igny8 · offline-1", "", words(made.html))
    assert not re.search("[a-z]", letters)
    assert made.slug == "水出し"


def test_meta_data_fits_and_ends_between_words() -> None:
    title = "How to Use a French Press for the Strongest, Cleanest and Least Gritty Cup at Home"
    made = draft(title=title)
    assert len(made.meta_title) <= 60
    assert len(made.meta_description) <= 155
    assert made.meta_title.rstrip("…").split()[-1].strip(",") in title.replace(",", "").split()
    assert made.excerpt


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("How to Use a V60?", "how-to-use-a-v60"),
        ("Cómo limpiar: café", "como-limpiar-cafe"),
        ("Żółta łyżka", "zolta-lyzka"),
        ("قهوة تركية", "قهوة-تركية"),
        ("???", "article"),
    ],
)
def test_a_slug_is_ascii_where_the_letters_allow_it(title: str, slug: str) -> None:
    assert draft(title=title).slug == slug


def test_the_same_brief_gets_the_same_draft() -> None:
    assert draft() == draft()


def test_a_brief_without_outline_or_keywords_is_still_written() -> None:
    made = draft((), ())
    assert_valid(made.html)
    assert made.html.count("<h2>") >= 3


def test_an_unknown_stage_is_refused_in_plain_words() -> None:
    with pytest.raises(ProviderError, match="cannot do “translate”") as refusal:
        OfflineText().answer(question("translate", SiteIn(name="a", domain="b", language="en")))
    assert refusal.value.fatal
