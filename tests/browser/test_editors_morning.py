"""A morning of an editor: drafts come in, are read, mended, decided on and handed over."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from . import visits
from .stack import Stack
from .witness import Witness

Window = Callable[..., Page]


@pytest.fixture(scope="module")
def morning(stack: Stack, browser: Browser, signed_in: StorageState) -> str:
    """A site with some drafts in review."""
    with browser.new_context(storage_state=signed_in) as context:
        page = context.new_page()
        site = visits.make_site(page, stack.url, "Morning")
        visits.import_list(
            page,
            site,
            "how to descale a kettle",
            "pour over ratio",
            "cold brew at home",
            "espresso grind size",
        )
        visits.run_now(page, site)
        expect(visits.card(page)).to_contain_text("Run completed", timeout=120_000)
    return site


def title_of(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def keywords_of(page: Page) -> list[str]:
    """What the article has to answer, as the panel beside the editor lists it."""
    return page.locator("#seo section").first.locator("li bdi").all_inner_texts()


def real_text(phrases: list[str]) -> str:
    """Finished prose on these phrases, of about 900 words; no sentence twice."""
    first = [f"Here is what helps with {phrase}." for phrase in phrases]
    rest = [f"Step {n} takes {n + 1} minutes and a steady hand, no more." for n in range(75)]
    return " ".join(first + rest)


def test_an_editor_decides_on_the_mornings_drafts(
    window: Window, morning: str, tmp_path: Path
) -> None:
    page = window()
    page.goto(f"{morning}/")
    page.get_by_role("link", name="Review", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review")
    waiting = page.locator("ol.gallery > li").count()
    assert waiting >= 3

    _reads_on_and_back_by_keys(page)
    _sends_one_back_and_thinks_again(page)
    mended = _mends_and_approves_one(page)
    _approves_in_bulk_only_what_is_ready(page, morning)
    _changes_a_picture(page, morning)
    _hands_over(page, morning, mended, tmp_path)


def _reads_on_and_back_by_keys(page: Page) -> None:
    page.locator("ol.gallery > li").first.get_by_role("link").first.click()
    expect(page.locator(".queue")).to_contain_text("1 of ")
    first = title_of(page)
    page.keyboard.press("j")
    expect(page.locator(".queue")).to_contain_text("2 of ")
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("Next article")
    page.keyboard.press("j")  # of the sheet, not of the page
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text(first)


def _sends_one_back_and_thinks_again(page: Page) -> None:
    title = title_of(page)
    page.keyboard.press("s")
    note = page.get_by_label("What is to be changed")
    expect(note).to_be_focused()
    page.keyboard.type("Say it in fewer words, a jar at a time.")  # j and a are letters here
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    visits.button(page, "Send back").click()
    flash = page.locator("#flashes")
    expect(flash).to_contain_text(f"Sent back: {title}")
    visits.button(flash, "Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(visits.button(page, "Send back")).to_be_visible()


def _mends_and_approves_one(page: Page) -> str:
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="You are changing it")).to_be_visible()
    phrases = keywords_of(page)
    assert phrases
    page.get_by_role("textbox", name="Text").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(real_text(phrases))
    page.get_by_role("link", name="Done").click()  # at once: what was typed goes first
    expect(visits.button(page, "Approve")).to_be_visible()
    title = title_of(page)
    expect(page.get_by_role("article")).to_contain_text("Step 74 takes 75 minutes")
    page.keyboard.press("a")
    expect(page.locator("#flashes")).to_contain_text(f"Approved: {title}")
    return title


def _approves_in_bulk_only_what_is_ready(page: Page, morning: str) -> None:
    page.goto(f"{morning}/review/")
    left = page.locator("ol.gallery > li").count()
    page.get_by_label("This page").check()
    visits.button(page, "Approve what passes").click()
    expect(page.locator("#flashes")).to_contain_text("Not ready, and left for you:")
    expect(page.locator("ol.gallery > li")).to_have_count(left)


def _changes_a_picture(page: Page, morning: str) -> None:
    page.locator("ol.gallery > li").first.get_by_role("link").first.click()
    figure = page.locator("article figure").first
    before = figure.get_by_role("img").get_attribute("src")
    figure.get_by_role("link", name="Change the picture").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Alternative text").fill("A kettle that shines")
    visits.button(dialog, "Keep and make another").click()
    picture = figure.get_by_role("img", name="A kettle that shines")
    expect(picture).to_be_visible()
    expect(picture).not_to_have_attribute("src", before or "", timeout=30_000)
    expect(visits.button(figure, "Make another")).to_be_visible(timeout=30_000)


def _hands_over(page: Page, morning: str, title: str, folder: Path) -> None:
    page.goto(f"{morning}/content/?status=approved")
    page.get_by_role("link", name=title, exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    path = folder / "article.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
    assert any(name.endswith(".md") for name in names)
    assert any(name.endswith(".html") for name in names)
    assert any(name.endswith(".webp") for name in names)


def test_the_log_of_an_item_opens_over_the_list_and_gives_the_focus_back(
    window: Window, morning: str
) -> None:
    page = window()
    page.goto(f"{morning}/tasks/")
    opener = page.get_by_role("link", name=re.compile("^What happened to ")).first
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Attempts")
    expect(dialog).to_contain_text("run_")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_signed_out_editor_is_told_and_loses_nothing(
    window: Window, morning: str, witnesses: list[Witness]
) -> None:
    page = window()
    witnesses[-1].expected += ["status of 40[013]", "opaqueredirect"]
    _open_an_editor(page, morning)
    page.context.clear_cookies()
    page.get_by_role("textbox", name="Text").click()
    page.keyboard.type("Written while nobody was signed in. ")
    expect(page.locator("#editor-state")).to_contain_text("you are signed out")

    other = page.context.new_page()
    other.goto(f"{morning}/")
    visits.sign_in(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("Dashboard")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("never saved")
    visits.button(page, "Go on with it").click()
    expect(page.locator("#editor-state")).to_have_text(re.compile("^Saved "))
    expect(page.get_by_role("textbox", name="Text")).to_contain_text("nobody was signed in")


def test_two_tabs_never_overwrite_each_other(
    window: Window, morning: str, witnesses: list[Witness]
) -> None:
    page = window()
    witnesses[-1].expected.append("status of 409")
    _open_an_editor(page, morning)
    other = page.context.new_page()
    other.goto(page.url)
    meta, state = "Meta description", "#editor-state"
    page.get_by_label(meta).fill("What the first tab says.")
    expect(page.locator(state)).to_have_text(re.compile("^Saved "))

    other.get_by_label(meta).fill("What the second tab says.")

    notice = other.get_by_role("alert")
    expect(notice).to_contain_text("saved another text meanwhile")
    page.reload()
    expect(page.get_by_label(meta)).to_have_value("What the first tab says.")
    visits.button(notice, "Keep mine").click()
    expect(other.locator(state)).to_have_text(re.compile("^Saved "))
    page.goto(f"{page.url.removesuffix('/edit')}/versions/")
    versions = page.get_by_role("row")
    expect(versions.nth(1)).to_contain_text("owner@example.com")
    assert versions.count() >= 4, "the header, the draft, and both tabs' texts"


def _open_an_editor(page: Page, morning: str) -> None:
    page.goto(f"{morning}/content/?status=review")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_role("textbox", name="Text")).to_be_visible()
