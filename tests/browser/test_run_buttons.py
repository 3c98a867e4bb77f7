"""Run now, Pause, Resume and Cancel, with the mouse and with the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import visits
from .stack import Stack

Window = Callable[..., Page]


@pytest.fixture
def site(page: Page, stack: Stack, request: pytest.FixtureRequest) -> str:
    """A site of the test's own with 150 keywords that wait."""
    site = visits.make_site(page, stack.url, request.node.name.replace("_", " ")[:60])
    visits.import_file(page, site, visits.BIG_EXPORT)
    return site


def test_a_run_is_paused_and_goes_on(page: Page, site: str) -> None:
    visits.run_now(page, site)
    visits.pause(page)
    card = visits.card(page)
    expect(card.locator(".badge").first).to_have_text("Paused")
    expect(card).to_contain_text("Nothing in hand at the moment")
    expect(visits.button(page, "Pause")).to_have_count(0)
    expect(page.locator("#metrics tbody .badge").first).to_have_text("Paused")
    page.reload()
    visits.button(page, "Resume").click()
    expect(card.locator(".badge").first).to_have_text("Running")
    expect(visits.button(page, "Pause")).to_be_visible()
    cancel(page)


def test_a_second_run_now_says_so_and_leads_to_the_live_run(
    page: Page, window: Window, site: str
) -> None:
    stale = window()
    stale.goto(f"{site}/automation/")
    visits.run_now(page, site)
    visits.pause(page)
    expect(visits.button(page, "Run now")).to_be_disabled()
    visits.button(stale, "Run now").click()
    told = stale.locator("#flashes")
    expect(told).to_contain_text("has a live run already")
    told.get_by_role("link", name="Show it").click()
    expect(stale).to_have_url(re.compile(r"/automation/\?run=run_\d{8}_\d{6}_manual"))
    expect(visits.card(stale)).to_contain_text("Paused.")
    cancel(page)


def test_cancelling_asks_first(page: Page, site: str) -> None:
    visits.run_now(page, site)
    visits.pause(page)
    visits.button(page, "Cancel run").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Cancel this run?")
    visits.button(page, "Not now").click()
    expect(dialog).to_be_hidden()
    expect(visits.card(page)).to_contain_text("Paused.")
    cancel(page)
    expect(page.locator("#metrics tbody .badge").first).to_have_text("Cancelled")
    expect(visits.button(page, "Run now")).to_be_enabled()


def cancel(page: Page) -> None:
    visits.button(page, "Cancel run").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    expect(visits.card(page)).to_contain_text("cancelled", timeout=60_000)


def test_the_keyboard_is_enough(page: Page, site: str) -> None:
    page.goto(f"{site}/automation/")
    tab_to(page, "Run now")
    page.keyboard.press("Enter")
    expect(visits.card(page)).to_contain_text("Stage ")
    tab_to(page, "Pause")
    page.keyboard.press("Enter")
    expect(visits.card(page)).to_contain_text("Paused.")
    expect(visits.button(page, "Resume")).to_be_focused()
    tab_to(page, "Cancel run")
    page.keyboard.press("Enter")
    expect(visits.button(page, "Not now")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(visits.button(page, "Cancel run")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(visits.card(page)).to_contain_text("cancelled", timeout=60_000)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button has the focus, and see that the focus is visible."""
    button = visits.button(page, name)
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    expect(button).to_be_focused()
    expect(button).to_have_css("outline-style", "solid")
    expect(button).to_have_css("outline-width", "2px")
