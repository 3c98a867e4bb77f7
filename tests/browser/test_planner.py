"""Planning: many keywords at a time, taken back as fast, and moved by hand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from . import visits
from .stack import Stack

Window = Callable[..., Page]
PHRASES = [f"{what} {where}" for what in ("tea", "cake", "jam") for where in ("north", "south")]


@pytest.fixture(scope="module")
def plans(stack: Stack, browser: Browser, signed_in: StorageState) -> str:
    """A site with six keywords, none of them in a cluster."""
    with browser.new_context(storage_state=signed_in) as context:
        page = context.new_page()
        site = visits.make_site(page, stack.url, "Plans")
        visits.import_list(page, site, *PHRASES)
    return site


def boxes(page: Page) -> list[str]:
    """Names of the keywords on the page, in its order."""
    return [
        box.get_attribute("aria-label") or "" for box in page.locator('tbody [name="id"]').all()
    ]


def test_a_row_of_keywords_is_deleted_and_brought_back(window: Window, plans: str) -> None:
    page = window()
    page.goto(f"{plans}/keywords/")
    names = boxes(page)
    assert sorted(names) == sorted(PHRASES)
    bar = page.locator(".bulk")
    page.get_by_role("checkbox", name=names[1]).check()
    expect(bar).to_contain_text("1 keyword chosen")
    page.get_by_role("checkbox", name=names[4]).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 keywords chosen")

    visits.button(page, "Delete").click()

    flash = page.locator("#flashes")
    expect(flash).to_contain_text("Deleted 4 keywords")
    expect(page.locator('tbody [name="id"]')).to_have_count(2)
    visits.button(flash, "Undo").click()
    expect(page.locator('tbody [name="id"]')).to_have_count(6)


def test_a_keyword_is_dragged_to_another_cluster_and_chosen_ones_come_along(
    window: Window, plans: str
) -> None:
    page = window()
    for name, wanted in (("Drinks", "tea"), ("Food", "cake|jam")):
        page.goto(f"{plans}/keywords/")
        for phrase in PHRASES:
            if re.match(wanted, phrase):
                page.get_by_role("checkbox", name=phrase).check()
        page.locator("summary", has_text="cluster").first.click()
        page.get_by_label("Its name, an old or a new one").fill(name)
        visits.button(page, "Put into it").click()
        expect(page.locator("#flashes")).to_contain_text(name)

    page.goto(f"{plans}/clusters/")
    page.get_by_role("link", name="Food", exact=True).first.click()
    page.get_by_role("checkbox", name="jam north").check()
    page.get_by_role("checkbox", name="jam south").check()
    drop = page.locator("[data-drop='Drinks']")
    page.locator("[data-drags] > li", has_text="jam south").drag_to(drop)
    expect(page.locator("#flashes")).to_contain_text("2 keywords")
    expect(page.locator("[data-drags] > li")).to_have_count(2)

    page.locator("[data-drags] > li", has_text="cake north").drag_to(drop)
    expect(page.locator("[data-drags] > li")).to_have_count(1)
    expect(page.locator("[data-drags]")).to_contain_text("cake south")


def test_filters_live_in_the_address_and_lead_back_out(window: Window, plans: str) -> None:
    page = window()
    page.goto(f"{plans}/keywords/")
    page.get_by_role("searchbox", name="Find a keyword").fill("tea")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"[?&]q=tea"))
    assert sorted(boxes(page)) == ["tea north", "tea south"]
    page.reload()
    expect(page.locator('tbody [name="id"]')).to_have_count(2)
    page.get_by_role("link", name=re.compile("leave this filter out")).click()
    expect(page.locator('tbody [name="id"]')).to_have_count(6)
