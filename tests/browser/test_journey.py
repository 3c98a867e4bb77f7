"""From the first visit to illustrated articles that wait for review."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, StorageState, expect

from . import visits
from .stack import Stack
from .witness import Witness

Window = Callable[..., Page]


def test_a_stranger_signs_in_first_and_then_gets_the_page_that_was_asked_for(
    window: Window, stack: Stack, signed_in: StorageState
) -> None:
    page = window(storage_state=None)
    wanted = f"{stack.url}/sites/brew-notes/keywords/?status=new"
    page.goto(wanted)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    visits.sign_in(page)
    expect(page).to_have_url(wanted)


def test_the_one_time_link_works_once(
    window: Window, stack: Stack, signed_in: StorageState, witnesses: list[Witness]
) -> None:
    page = window(storage_state=None)
    witnesses[-1].expected.append("404|410")
    page.goto(stack.owner_link)
    expect(page.get_by_label("Password")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("link")


def test_a_keyword_file_becomes_illustrated_articles_in_review(
    window: Window, stack: Stack, signed_in: StorageState
) -> None:
    page = window(storage_state=None)
    page.goto(stack.url)
    visits.sign_in(page)
    site = visits.make_site(page, stack.url, "Journey")

    visits.preview_file(page, site, visits.BIG_EXPORT)
    expect(page.get_by_role("main")).to_contain_text("Semrush Keyword Magic Tool")
    expect(page.get_by_role("main")).to_contain_text("nothing is saved yet")
    visits.button(page, "Import 150 keywords").click()
    expect(page.locator("#flashes")).to_contain_text("Imported 150 keywords.")

    page.clock.install()
    visits.run_now(page, site)
    page_stays = page.evaluate_handle("document.getElementById('announcer')")
    _sees_the_card_move(page)
    _sees_the_run_end(page)
    assert page_stays.evaluate("node => node.isConnected"), "the page was loaded again"
    _sees_polling_stop(page)

    page.get_by_role("link", name="Open review").click()
    articles = page.locator("ol.gallery > li")
    expect(page.get_by_role("heading", level=1)).to_have_text("Review")
    assert articles.count() > 10
    articles.first.get_by_role("link").click()
    expect(
        page.get_by_text("The checklist does not pass yet: “Nothing unfinished”.")
    ).to_be_visible()  # offline drafts are no articles
    expect(visits.button(page, "Approve all the same")).to_be_visible()
    _sees_all_pictures(page)


def _sees_the_card_move(page: Page) -> None:
    card, announcer = visits.card(page), page.locator("#announcer")
    expect(card.locator(".badge").first).to_have_text("Running")
    visits.button(page, "Pause").focus()
    first_stage = page.locator("#stage-cluster-keywords")
    expect(first_stage).to_contain_text(
        re.compile(r"\d+ clusters from 150 keywords"), timeout=120_000
    )
    expect(visits.button(page, "Pause")).to_be_focused()
    expect(first_stage.locator(".badge")).to_have_text("Completed")
    expect(announcer).to_have_text(re.compile(r"^Stage \d of 7: .+\.$"))
    before = card.inner_text()
    expect(card).not_to_have_text(before)


def _sees_the_run_end(page: Page) -> None:
    card = visits.card(page)
    expect(card).to_contain_text(re.compile(r"Run completed in .+ images"), timeout=180_000)
    expect(page.locator("#announcer")).to_contain_text("Run completed")
    expect(card.get_by_role("progressbar")).to_have_count(0)
    expect(page.locator("#stage-draw-images .badge")).to_have_text("Completed")
    expect(page.locator("#stage-gather-for-review")).to_contain_text("wait for your review")
    waiting = visits.shown_number(page.locator("#rooms .rooms__count"))
    assert waiting == visits.shown_number(
        page.locator("#stage-gather-for-review .stage-card__figure").first.locator("dd")
    )
    expect(page.locator("#metrics tbody .badge").first).to_have_text("Completed")
    expect(visits.button(page, "Run now")).to_be_enabled()


def _sees_polling_stop(page: Page) -> None:
    asked = page.evaluate("window.polls")
    assert asked > 0
    page.clock.run_for(10_000)
    assert page.evaluate("window.polls") == asked


def _sees_all_pictures(page: Page) -> None:
    pictures = page.locator("article img")
    assert pictures.count() >= 2
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("image => image.naturalWidth") >= 1000
        assert picture.get_attribute("alt")
