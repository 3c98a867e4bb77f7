from __future__ import annotations

import pytest

from igny8_web.pipeline import html
from igny8_web.services.sections import picture_places


def marked(text: str) -> str:
    """The text with ¶1, ¶2 … where the pictures of its sections go."""
    for number, place in reversed(list(enumerate(picture_places(text), 1))):
        text = f"{text[:place]}¶{number}{text[place:]}"
    return text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<p>Before.</p><h2>A</h2><p>One.</p><p>Two.</p>\n<h2>B</h2>\n<p>Three.</p>",
            "<p>Before.</p><h2>A</h2><p>One.</p>¶1<p>Two.</p>\n<h2>B</h2>\n<p>Three.</p>¶2",
        ),
        ("<h2>A</h2><h3>a</h3><p>One.</p>", "<h2>A</h2><h3>a</h3><p>One.</p>¶1"),
        (
            "<h2>A</h2><ul><li><p>One</p></li></ul><p>Two.</p>",
            "<h2>A</h2><ul><li><p>One</p></li></ul>¶1<p>Two.</p>",
        ),
        (
            "<h2>A</h2><blockquote><p>One</p></blockquote>",
            "<h2>A</h2><blockquote><p>One</p></blockquote>¶1",
        ),
        ("<h2>A</h2><h2>B</h2><p>One.</p>", "<h2>A</h2>¶1<h2>B</h2><p>One.</p>¶2"),
        ("<h2>A</h2> bare<br>text", "<h2>A</h2>¶1 bare<br>text"),
        (
            "<aside><h2>A</h2></aside><p>One.</p><h2>B</h2><p>Two.</p>",
            "<aside><h2>A</h2>¶1</aside><p>One.</p><h2>B</h2><p>Two.</p>¶2",
        ),
        (
            "<h2>A &lt;p&gt; <em>b</em></h2><p>x &gt; y<br>z</p>",
            "<h2>A &lt;p&gt; <em>b</em></h2><p>x &gt; y<br>z</p>¶1",
        ),
        ('<h2>A</h2><p><a title="a > b">x</a></p>', '<h2>A</h2><p><a title="a > b">x</a></p>¶1'),
        ("<h2> <br></h2><p>One.</p><h2>B</h2>", "<h2> <br></h2><p>One.</p><h2>B</h2>¶1"),
        ("", ""),
        ("<p>No section.</p>", "<p>No section.</p>"),
    ],
)
def test_a_picture_goes_after_its_sections_first_block(text: str, expected: str) -> None:
    assert marked(text) == expected
    assert len(picture_places(text)) == len(html.sections(text))


@pytest.mark.parametrize(
    "broken",
    [
        "<h2>A<p>One.",
        "<h2>A</h2><p>One.<ul><li>x</ul>",
        "<h2>A</h2></p></p><p>One.",
        "<h2>A</h2><table><tr><td><h2>B</h2><p>x</table><h2>C</h2><p>y",
        "<h2>A</h2><!-- <h2>no</h2> --><script><h2>no</h2></script><p>One.</p>",
    ],
)
def test_html_that_was_broken_is_cut_at_its_sections_once_it_is_clean(broken: str) -> None:
    safe = html.clean(broken)
    assert len(picture_places(safe)) == len(html.sections(safe)) > 0
    for place in picture_places(safe):
        assert safe[:place].endswith(">")
