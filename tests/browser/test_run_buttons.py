"""Run now, Pause, Resume, Cancel and Retry, with the mouse and with the keyboard."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

from . import visits
from .stack import Stack
from .test_pages import PHONE, hindrances, sideways

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


def test_what_failed_is_said_and_tried_again(page: Page, window: Window, stack: Stack) -> None:
    site = visits.make_site(page, stack.url, "Failing")
    visits.import_list(page, site, "moka pot cleaning", "best decaf beans", "what is a ristretto")
    visits.run_now(page, site)
    expect(visits.card(page)).to_contain_text("Run completed", timeout=120_000)
    fail_two_clusters(stack, "failing")

    phone = window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True)
    phone.goto(f"{site}/automation/")
    assert sideways(phone) + hindrances(phone) == []
    phone.get_by_role("link", name="Details of the last run").click()
    reason = phone.locator(".failure summary")
    expect(reason).to_contain_text("The provider is busy.")
    reason.click()
    assert sideways(phone) + hindrances(phone) == []
    old = phone.url

    page.goto(f"{site}/automation/")
    expect(page.get_by_role("list", name="What failed")).to_contain_text(
        "2 clusters: The provider is busy."
    )
    stage = page.locator("#stage-develop-ideas")
    expect(visits.button(stage, "Retry 2 failed clusters")).to_be_visible()
    tab_to(page, "Retry 2 failed clusters", visits.card(page))
    page.keyboard.press("Enter")
    expect(visits.card(page)).to_contain_text(re.compile("Retry completed|Tries again"))
    expect(visits.card(page)).to_contain_text("Retry completed", timeout=60_000)

    page.goto(old)
    expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    page.get_by_role("list", name="Retries").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Run of")
    expect(page.get_by_role("list", name="Retries")).to_contain_text("Tries again what failed in")


def fail_two_clusters(stack: Stack, site: str) -> None:
    """As if the provider had not answered for two of them."""
    mine = f"site_id = (SELECT id FROM site WHERE slug = '{site}')"
    two = f"SELECT id FROM cluster WHERE {mine} ORDER BY id LIMIT 2"
    ideas = f"run_id = (SELECT id FROM run WHERE {mine}) AND slug = 'develop-ideas'"
    with closing(sqlite3.connect(stack.data / "igny8.db", timeout=20)) as db, db:
        db.execute(
            "UPDATE run_item SET status = 'failed', error = 'The provider is busy.'"
            f" WHERE stage = 'develop-ideas' AND item_id IN ({two})"
        )
        db.execute(
            f"UPDATE stage_run SET processed = processed - 2, failed = failed + 2 WHERE {ideas}"
        )
        db.execute(f"UPDATE cluster SET status = 'new' WHERE id IN ({two})")


def tab_to(page: Page, name: str, part: Locator | None = None) -> None:
    """Press Tab until the button has the focus, and see that the focus is visible."""
    button = visits.button(part or page, name)
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    expect(button).to_be_focused()
    expect(button).to_have_css("outline-style", "solid")
    expect(button).to_have_css("outline-width", "2px")
