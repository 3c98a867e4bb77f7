"""The prompts in a browser, and another take of a picture."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from . import visits
from .conftest import Finished
from .test_pages import PHONE
from .test_settings_pages import fits_and_lets_everybody_in
from .witness import Witness

Window = Callable[..., Page]


def test_a_prompt_is_previewed_changed_compared_and_reset(
    window: Window, finished: Finished, witnesses: list[Witness]
) -> None:
    page = window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True)
    page.goto(f"{finished.site}/settings/")
    page.get_by_role("link", name="Prompts of the stages").click()
    fits_and_lets_everybody_in(page)
    page.get_by_role("link", name="Open").and_(
        page.get_by_role("link", description="Clusters → Ideas")
    ).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clusters → Ideas")
    editor = page.get_by_label("What the model is told")

    editor.fill("Propose {{ cluster_count }} for {{ site_name }}.")
    visits.button(page, "Show what would be sent").click()
    expect(page.locator("#preview-told").first).to_contain_text(
        re.compile(r"\d characters, about \d")
    )
    expect(page.locator("#preview")).to_contain_text("Propose 1 for Finished.")
    expect(page.locator("#preview")).to_contain_text("<data>")
    expect(editor).to_have_value("Propose {{ cluster_count }} for {{ site_name }}.")
    fits_and_lets_everybody_in(page)

    editor.fill("Propose {{ clusters }}.")
    visits.button(page, "Show what would be sent").click()
    expect(page.locator("#preview-told").first).to_contain_text("no variable “clusters”")
    expect(page.locator("#preview")).to_be_empty()
    witnesses[-1].expected.append("status of 422")
    visits.button(page, "Save as new version").click()
    expect(editor).to_have_attribute("aria-invalid", "true")
    expect(editor).to_have_accessible_description(re.compile("^Line 1: there is no variable"))
    fits_and_lets_everybody_in(page)

    editor.fill("Propose {{ cluster_count }}.")
    visits.button(page, "Save as new version").click()
    expect(page.locator("#flashes")).to_contain_text("Saved as version 1.")
    page.get_by_role("link", name="Built in").click()
    expect(page.get_by_role("insertion")).to_have_text("Propose {{ cluster_count }}.")
    fits_and_lets_everybody_in(page)

    page.go_back()
    visits.button(page, "Reset to built in").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset to built in").click()
    expect(page.locator("#flashes")).to_contain_text("is in use again, as version 2.")


def test_who_was_overtaken_sees_what_the_other_wrote(
    window: Window, finished: Finished, witnesses: list[Witness]
) -> None:
    page, other = (window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True) for _ in "ab")
    for each, words in ((page, "Mine."), (other, "Theirs.")):
        each.goto(f"{finished.site}/settings/prompts/write-image-prompts")
        each.get_by_label("What the model is told").fill(words)
    visits.button(other, "Save as new version").click()
    expect(other.locator("#flashes")).to_contain_text("Saved as version 1.")

    witnesses[0].expected.append("status of 409")
    visits.button(page, "Save as new version").click()

    expect(page.get_by_role("heading", level=2).first).to_contain_text("saved version 1 while you")
    expect(page.get_by_label("What the model is told")).to_have_value("Mine.")
    expect(page.get_by_role("deletion")).to_have_text("Theirs.")
    fits_and_lets_everybody_in(page)
    visits.button(page, "Save as new version").click()
    expect(page.locator("#flashes")).to_contain_text("Saved as version 2.")


def test_another_picture_is_made_and_the_first_one_taken_back(
    window: Window, finished: Finished
) -> None:
    page = window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True)
    page.goto(f"{finished.site}/images/")
    card = (
        page.locator("li.picture").filter(has=page.get_by_role("button", name="Make another")).first
    )
    place = card.get_attribute("id")
    first = card.locator("img").first.get_attribute("src")
    card.get_by_role("button", name="Make another").click()
    expect(visits.card(page)).to_contain_text("Run completed", timeout=60_000)

    page.goto(f"{finished.site}/images/")
    card = page.locator(f"#{place}")
    expect(card.locator("img").first).not_to_have_attribute("src", first or "")
    card.get_by_text("2 pictures").click()
    fits_and_lets_everybody_in(page)
    card.get_by_text("Use this one").click()
    expect(page.locator("#flashes")).to_contain_text("This picture is in use now.")
    expect(page.locator(f"#{place} img").first).to_have_attribute("src", first or "")
