from __future__ import annotations

import pytest

from igny8_web.providers.contracts import (
    SectionIn,
    SiteIn,
    WriteImagePromptsAnswer,
    WriteImagePromptsBrief,
)
from igny8_web.providers.offline import OfflineText

from .questions import question

HEADINGS = (
    "Key takeaways",
    "French press in short",
    "French press ratio: what it depends on",
    "How do you clean a French press?",
    "French press vs pour over",
    "Common mistakes to avoid",
    "Frequently asked questions",
    "Next steps",
)


def prompts(
    headings: tuple[str, ...] = HEADINGS, in_article: int = 3, language: str = "en"
) -> WriteImagePromptsAnswer:
    brief = WriteImagePromptsBrief(
        site=SiteIn(name="Brew Notes", domain="brewnotes.example", language=language),
        content_id=5,
        title="French Press: A Practical Guide",
        excerpt="",
        cluster="french press",
        sections=tuple(SectionIn(heading=heading, text="") for heading in headings),
        in_article=in_article,
    )
    data = OfflineText().answer(question("write-image-prompts", brief)).data
    return WriteImagePromptsAnswer.model_validate(data)


def test_one_featured_image_and_the_others_in_sections_of_their_own() -> None:
    images = prompts().images
    assert [image.kind for image in images] == ["featured"] + ["in-article"] * 3
    positions = [image.position for image in images]
    assert positions == sorted(set(positions))
    assert positions[0] == 0


def test_takeaways_faq_and_next_steps_get_no_picture() -> None:
    shown = {HEADINGS[image.position - 1] for image in prompts(in_article=20).images[1:]}
    assert shown == set(HEADINGS[1:6])


@pytest.mark.parametrize(("sections", "expected"), [(0, 1), (1, 2), (2, 3), (8, 3)])
def test_fewer_sections_give_fewer_images(sections: int, expected: int) -> None:
    headings = tuple(f"Grinding method {letter}" for letter in "abcdefgh"[:sections])
    assert len(prompts(headings, in_article=2).images) == expected


@pytest.mark.parametrize("language", ["en", "de", "pl", "ja"])
def test_an_alt_text_is_short_and_says_something_of_its_own(language: str) -> None:
    alts = [image.alt for image in prompts(in_article=5, language=language).images]
    assert len(set(alts)) == len(alts)
    for alt in alts:
        assert len(alt) <= 125
        assert "image of" not in alt.lower()
        assert alt != "French Press: A Practical Guide"


def test_a_prompt_names_the_subject_and_forbids_text() -> None:
    for image in prompts().images:
        assert "French press" in image.prompt
        assert "No text in the picture" in image.prompt


def test_very_long_headings_still_fit() -> None:
    headings = tuple(f"{letter} " + "very long heading " * 30 for letter in "abc")
    assert all(len(image.alt) <= 125 for image in prompts(headings).images)


def test_the_same_brief_gets_the_same_prompts() -> None:
    assert prompts() == prompts()
