"""The card of a live run: how it polls, and what it says when something is in the way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from . import visits
from .witness import Witness

Window = Callable[..., Page]

A_POLL = 3_000
"""Milliseconds between two polls."""
CARD = re.compile("/card")


@pytest.fixture
def live(window: Window, paused: str) -> Page:
    """The automation page with a card that polls and does not change; time stands still."""
    page = window()
    page.clock.install()
    page.goto(paused)
    expect(visits.card(page)).to_contain_text("Paused.")
    page.wait_for_load_state("networkidle")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    return page


def notice(page: Page) -> Locator:
    return page.locator("#poll-notice")


def polls(page: Page) -> int:
    return int(page.evaluate("window.polls"))


def lose_a_poll(page: Page) -> None:
    with page.expect_event("requestfailed", lambda request: CARD.search(request.url)):
        page.clock.run_for(A_POLL)


def test_an_unchanged_card_asks_every_three_seconds_and_is_left_alone(live: Page) -> None:
    node = visits.card(live).element_handle()
    asked = polls(live)
    for _ in range(2):
        with live.expect_response(CARD) as answer:
            live.clock.run_for(A_POLL)
        assert answer.value.status == 204
    assert polls(live) == asked + 2
    assert node.evaluate("card => card.isConnected")


def test_a_lost_connection_is_told_the_card_is_kept_and_recovers(
    live: Page, witnesses: list[Witness]
) -> None:
    witnesses[-1].expected += ["ERR_INTERNET_DISCONNECTED", "htmx:(sendError|afterRequest)"]
    before = visits.card(live).inner_text()
    live.context.set_offline(True)
    lose_a_poll(live)
    expect(notice(live)).to_be_empty()
    lose_a_poll(live)
    expect(notice(live)).to_have_text(
        re.compile(r"^Connection lost, last update \d\d:\d\d:\d\d\. Trying again…$")
    )
    assert visits.card(live).inner_text() == before
    live.context.set_offline(False)
    expect(notice(live)).to_be_empty()


def test_a_server_error_is_told_the_card_is_kept_and_recovers(
    live: Page, witnesses: list[Witness]
) -> None:
    witnesses[-1].expected += ["status of 500", "Status Error Code 500"]
    before = visits.card(live).inner_text()
    live.route(CARD, lambda route: route.fulfill(status=500, body="<h1>Oops</h1>"))
    for _ in range(2):
        with live.expect_response(CARD):
            live.clock.run_for(A_POLL)
    expect(notice(live)).to_contain_text("The server reported an error (500), last update")
    assert visits.card(live).inner_text() == before
    live.unroute(CARD)
    live.clock.run_for(A_POLL)
    expect(notice(live)).to_be_empty()


def test_an_expired_login_is_told_with_a_link_that_leads_back(
    live: Page, witnesses: list[Witness]
) -> None:
    witnesses[-1].expected += ["status of 401", "Status Error Code 401"]
    before, here = visits.card(live).inner_text(), live.url
    live.context.clear_cookies()
    live.clock.run_for(A_POLL)
    expect(notice(live)).to_contain_text("You have been signed out. The run goes on without you.")
    assert visits.card(live).inner_text() == before
    notice(live).get_by_role("link", name="Sign in again").click()
    visits.sign_in(live)
    expect(live).to_have_url(here)
    expect(visits.card(live)).to_contain_text("Paused.")


def test_a_click_after_the_login_expired_leads_to_sign_in_and_back(
    live: Page, witnesses: list[Witness]
) -> None:
    witnesses[-1].expected += ["status of 401", "Status Error Code 401"]
    here = live.url
    live.context.clear_cookies()
    visits.button(live, "Resume").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Sign in")
    visits.sign_in(live)
    expect(live).to_have_url(here)


def test_a_hidden_page_does_not_ask_and_does_at_once_when_shown(live: Page) -> None:
    set_hidden(live, True)
    asked = polls(live)
    live.clock.run_for(4 * A_POLL)
    assert polls(live) == asked
    with live.expect_response(CARD):
        set_hidden(live, False)  # time stands still: no timer can have asked
    assert polls(live) == asked + 1


def set_hidden(page: Page, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
             Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
             document.dispatchEvent(new Event("visibilitychange"));
           }""",
        hidden,
    )


def test_progress_is_a_labelled_bar_with_the_cards_figures(live: Page) -> None:
    bar = visits.card(live).get_by_role("progressbar")
    expect(bar).to_have_accessible_name(re.compile(r"^[\d,]+/[\d,]+ .+ processed$"))
    assert bar.evaluate("bar => bar.tagName") == "PROGRESS"
    shown = visits.shown_number(live.locator(".run-card__percentage"))
    assert bar.evaluate("bar => bar.value") == shown


def test_news_has_a_place_of_its_own_outside_the_card(live: Page) -> None:
    region = live.locator("#announcer")
    expect(region).to_have_role("status")
    assert region.evaluate("region => region.closest('#run-card')") is None
    assert notice(live).evaluate("region => getComputedStyle(region).display") != "none"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_motion_is_for_those_who_want_it(window: Window, paused: str, motion: str) -> None:
    page = window(reduced_motion=motion)
    page.goto(paused)
    seconds = page.locator(".step").first.evaluate(
        "step => parseFloat(getComputedStyle(step).transitionDuration)"
    )
    assert (seconds > 0.1) == (motion == "no-preference")
