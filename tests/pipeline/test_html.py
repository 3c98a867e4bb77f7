"""What of a model's HTML stays, and what is read in it."""

from __future__ import annotations

import pytest

from igny8_web.pipeline import html
from igny8_web.pipeline.faq import Asked, questions_in, with_questions

OFFERED = {"/cold-brew/"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('<a href="/cold-brew/" onclick="x()">Cold</a>', '<a href="/cold-brew/">Cold</a>'),
        ('<p><a href="/cold-brew/?x">Cold</a></p>', "<p>Cold</p>"),
        ('<p><a href="//evil.example/cold-brew/">a <em>b</em></a></p>', "<p>a <em>b</em></p>"),
        ('<p><a href="/x/">one<br>two</a></p>', "<p>one<br>two</p>"),
        ('<p class="editor-note">Look it up.</p>', "<p>Look it up.</p>"),
        ('<p style="color:red" id="p">A<img src=x onerror=y></p>', "<p>A</p>"),
        ("<p>&lt;a&gt;no link&lt;/a&gt;</p>", "<p>&lt;a&gt;no link&lt;/a&gt;</p>"),
    ],
)  # fmt: skip
def test_of_what_a_model_wrote_only_text_and_offered_links_stay(written: str, kept: str) -> None:
    assert html.clean_answer(written, OFFERED) == kept


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Beans & water", "Beans &amp; water"),
        ("Beans &amp; <b>water</b>", "Beans &amp; water"),
        ("under <5 g\n a cup", "under &lt;5 g a cup"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Hot", "Hot"),
    ],
)
def test_a_heading_is_words_alone(text: str, plain: str) -> None:
    assert html.plain(text) == plain


@pytest.mark.parametrize(
    ("fragment", "level", "below"),
    [
        ("<h2>Own</h2><p>A</p><h2>B</h2><h4>C</h4>", 2, "<p>A</p><h3>B</h3><h4>C</h4>"),
        ("<h3>Own?</h3><p>A</p><h2>B</h2>", 3, "<p>A</p><h4>B</h4>"),
        ("<h3>A part</h3><p>A</p>", 2, "<h3>A part</h3><p>A</p>"),
        ("No tags", 2, "<p>No tags</p>"),
        ("  ", 2, ""),
    ],
)
def test_a_fragment_fits_below_a_heading(fragment: str, level: int, below: str) -> None:
    assert html.below(fragment, level) == below


def test_words_in_a_row_are_one_text() -> None:
    assert (
        html.text_of("<p>So<em>me</em>, <a href='/x/'>it</a>.</p><p>A<br>b</p>") == "Some, it. A b"
    )
    assert html.headings("<h2>A <em>b</em></h2><p>x</p><h3>C</h3>") == ["A b", "C"]


def test_links_to_the_own_site_lead_where_it_is_published() -> None:
    text = '<p><a href="/a/" rel="x">a</a> <a href="//b/">b</a> <a href="https://c/">c</a></p>'
    assert html.at_home(text, "brew.example") == text.replace('"/a/"', '"https://brew.example/a/"')
    assert html.at_home(text, "") == text


FAQ = "<h2>FAQ</h2>\n<h3>Is it <em>so</em>?</h3><p>Yes.</p><ul><li>Always</li></ul>"


@pytest.mark.parametrize(
    ("article", "questions"),
    [
        (FAQ, ["Is it so?"]),
        (f"<p>Intro?</p><h2>A</h2><p>b</p>{FAQ}<h3>And？</h3><p>No.</p>", ["Is it so?", "And？"]),
        ("<h2>F</h2><p>Often asked:</p><h3>A?</h3><p>b</p><h3>C?</h3><p>d</p>", ["A?", "C?"]),
        ("<h2>Part</h2><p>Text.</p><h3>Why?</h3><p>So.</p>", []),
        ("<h2>Part</h2><h3>Why?</h3><p>So.</p><h3>How</h3><p>So.</p>", []),
        ("<h2>Part</h2><h3>Why?</h3>", []),
        ("<h3>Why?</h3><p>So.</p>", []),
        ("", []),
    ],
)
def test_a_faq_is_known_by_its_form(article: str, questions: list[str]) -> None:
    assert [asked.question for asked in questions_in(article)] == questions


def test_an_answer_is_read_as_text() -> None:
    assert questions_in(FAQ) == [Asked("Is it so?", "Yes. Always")]


def test_questions_are_added_to_the_faq_or_make_one_at_the_end() -> None:
    more = [("New?", "<p>Yes.</p>")]
    assert with_questions("<h2>A</h2><p>b</p>", "Q &amp; A", more) == (
        "<h2>A</h2><p>b</p>\n<h2>Q &amp; A</h2>\n<h3>New?</h3>\n<p>Yes.</p>"
    )
    added = with_questions(f"{FAQ}<h2>End</h2><p>x</p>", "Q", more)
    assert added == f"{FAQ}\n<h3>New?</h3>\n<p>Yes.</p>\n<h2>End</h2><p>x</p>"
    assert [asked.question for asked in questions_in(added)] == ["Is it so?", "New?"]
