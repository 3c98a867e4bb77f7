"""What the checklist finds in a draft, and where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from igny8_web.checklist import Article, Point, Report, check

SENTENCE = "Rinse the {n}th press with hot water before the grounds dry on the {n}th glass."
BODY = "".join(
    f"<h2>Part {part}</h2><p>{' '.join(SENTENCE.format(n=part * 10 + n) for n in range(4))}</p>"
    for part in range(1, 6)
)
GOOD = Article(
    title="How to clean a French press",
    html=BODY,
    meta_title="How to clean a French press in five minutes",
    meta_description="A French press that smells of old coffee makes old coffee. "
    "Take it apart, rinse it, and it tastes new.",
    language="en",
    target_words=300,
    keywords=("how to clean a french press", "rinsing presses"),
)


def found(article: Article, slug: str) -> Point:
    return next(point for point in check(article).points if point.slug == slug)


def with_html(extra: str) -> Article:
    return replace(GOOD, html=BODY + extra)


def test_a_good_draft_has_all_points_and_no_must_fails() -> None:
    report = check(GOOD)

    assert [point.slug for point in report.points if not point.passed] == []
    assert report.score == 100
    assert report.musts_failed == ()


@pytest.mark.parametrize(
    "text",
    [
        "As an AI language model, I have no taste.",
        "I’m just an AI and cannot smell it.",
        "Sure! Here is the article you asked for.",
        "It costs [insert price] in most shops.",
        "Buy it from {{ brand }} today.",
        "Lorem ipsum dolor sit amet.",
        "TODO find a source.",
        "Als Sprachmodell kann ich das nicht sagen.",
        "En tant qu’IA, je ne goûte rien.",
    ],
)
def test_what_a_machine_says_of_itself_and_gaps_are_a_must_and_are_quoted(text: str) -> None:
    point = found(with_html(f"<h2>Last words</h2><p>{text}</p>"), "unfinished")

    assert point.must
    assert not point.passed
    assert "under “Last words”" in point.where[0]


@pytest.mark.parametrize(
    "text",
    [
        "The AI of the machine learns your taste.",
        "Add your beans [see the table].",
        "An xxl press holds two litres.",
    ],
)
def test_words_that_only_look_like_it_are_left_alone(text: str) -> None:
    assert found(with_html(f"<p>{text}</p>"), "unfinished").passed


def test_a_note_that_our_own_offline_writer_left_is_unfinished() -> None:
    point = found(with_html('<p class="editor-note">Editor: give an example.</p>'), "unfinished")

    assert "a note to the editor: “Editor: give an example.”" in point.where[0]


def test_what_the_site_never_says_is_found_as_a_word_wherever_it_stands() -> None:
    site = replace(with_html("<p>The Cheap one.</p><p>Cheapest.</p>"), never_say=("cheap",))
    point = found(replace(site, meta_title="A cheap French press"), "never-say")

    assert point.must
    assert point.where == ("in the search title: “cheap”", "under “Part 5”: “cheap”")


@pytest.mark.parametrize(
    ("target", "passed", "must"),
    [(300, True, False), (400, True, False), (450, False, False), (900, False, True)],
)
def test_length_is_judged_against_the_target(target: int, passed: bool, must: bool) -> None:
    point = found(replace(GOOD, target_words=target), "length")

    assert (point.passed, point.must) == (passed, must)
    assert f"of {target:,} words" in point.says


def test_a_keyword_is_covered_in_another_form_but_not_across_paragraphs() -> None:
    article = replace(GOOD, keywords=("french press", "rinse press", "stainless kettle"))
    point = found(article, "keywords")

    assert point.says == "2 of 3 keywords are answered."
    assert point.where == ("missing: stainless kettle",)
    assert not point.must, "the most important one is there"


def test_a_missing_first_keyword_is_a_must() -> None:
    assert found(replace(GOOD, keywords=("moka pot",)), "keywords").must


def test_a_keyword_without_spaces_is_found_inside_a_run() -> None:
    article = replace(
        GOOD, language="ja", keywords=("珈琲豆",), html="<h2>豆</h2><p>良い珈琲豆を選ぶ。</p>"
    )
    assert found(article, "keywords").passed


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<h1>Again</h1><p>x</p>", "is a title"),
        ("<h4>Deep</h4><p>x</p>", "skips a level (h2 to h4)"),
        ("<h2></h2><p>x</p>", "a heading without words"),
        ("<h2>Part 1</h2><p>x</p>", "twice: “part 1”"),
        ("<h2>Bare</h2>", "nothing stands under “Bare”"),
    ],
)
def test_headings_that_lead_astray_are_named(html: str, words: str) -> None:
    assert any(words in place for place in found(with_html(html), "headings").where)


def test_a_section_that_begins_with_a_smaller_one_is_not_bare() -> None:
    assert found(with_html("<h2>FAQ</h2><h3>Why?</h3><p>Because.</p>"), "headings").passed


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ('<a href="#">a press</a>', "“a press” has no address"),
        ('<a href="https://www.example.com/x">a press</a>', "leads to a placeholder"),
        ('<a href="https://brew.test/"></a>', "has no words"),
        ('<a href="https://brew.test/">here</a>', "does not say where it leads"),
    ],
)
def test_a_link_that_leads_nowhere_is_a_must(link: str, words: str) -> None:
    point = found(with_html(f"<p>Look at {link}.</p>"), "links")

    assert point.must
    assert words in point.where[0]


def test_a_site_with_published_articles_wants_a_link_to_one() -> None:
    own = replace(GOOD, own_paths=("/moka-pots/",))
    assert not found(own, "internal-links").passed

    linked = replace(own, html=BODY + '<p><a href="/moka-pots/">Moka pots</a></p>')
    assert found(linked, "internal-links").passed


@pytest.mark.parametrize(
    ("text", "passed", "must"),
    [("", False, True), ("Short", False, False), ("x" * 60, True, True), ("x" * 61, False, False)],
)
def test_the_title_for_search_must_be_there_and_should_fit(
    text: str, passed: bool, must: bool
) -> None:
    point = found(replace(GOOD, meta_title=text), "meta-title")
    assert (point.passed, point.must) == (passed, must)


def test_sentences_that_recur_are_quoted_and_a_loop_of_them_is_a_must() -> None:
    slip = found(with_html(f"<p>{SENTENCE.format(n=10)}</p>"), "repeats")
    assert slip.where == (f"2 times, first under “Part 1”: “{SENTENCE.format(n=10)}”",)
    assert not slip.must

    assert found(with_html(BODY), "repeats").must


def test_rambling_sentences_are_counted_and_quoted() -> None:
    rambling = "extraordinarily complicated considerations " * 15
    point = found(with_html(f"<h2>End</h2><p>{rambling}.</p>" * 3), "readability")

    assert not point.passed
    assert "under “End”, 45 words" in point.where[0]


def test_of_many_places_the_first_are_named_and_the_rest_counted() -> None:
    point = found(with_html("<p>TODO one more thing.</p>" * 9), "unfinished")
    assert len(point.where) == 6
    assert point.where[-1] == "and 4 more"


def test_the_score_is_the_weighted_share_of_what_is_met() -> None:
    half = Report((Point("a", "A", 1.0, "", weight=10), Point("b", "B", 0.5, "", weight=30)))
    assert half.score == 62


@pytest.mark.parametrize("html", ["", "bare text", "<p><p><li>", "<h2>x", "</p></h2>&amp;<br>"])
def test_broken_or_empty_html_is_looked_at_without_a_stumble(html: str) -> None:
    assert 0 <= check(replace(GOOD, html=html)).score < 100
