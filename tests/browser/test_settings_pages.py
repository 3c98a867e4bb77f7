"""The settings in a browser: a test of the connection answers in place, and nobody is shut out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.peers.ai import AiPeer

from . import visits
from .stack import Stack
from .test_pages import PHONE, hindrances, sideways

Window = Callable[..., Page]


def fits_and_lets_everybody_in(page: Page) -> None:
    assert sideways(page) + hindrances(page) == []


def test_a_provider_is_tried_saved_and_used_by_a_site(
    window: Window, stack: Stack, peer: AiPeer
) -> None:
    page = window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True)
    site = visits.make_site(page, stack.url, "Settled")
    page.goto(f"{site}/settings/texts")
    expect(page.get_by_label("As the installation")).to_be_checked()
    expect(page.get_by_label("Model")).to_be_hidden()

    page.get_by_label("Another server").check()
    page.get_by_label("Model").fill("test-model")
    page.get_by_label("Address").fill(peer.url)
    page.get_by_label("Key").fill(peer.key)
    visits.button(page, "Test connection").click()

    steps = page.locator("#tried li")
    expect(steps).to_have_count(4)
    expect(steps.last).to_contain_text("JSON schema")
    expect(page.get_by_label("Key")).to_have_value(peer.key)
    fits_and_lets_everybody_in(page)

    peer.key = "another"
    visits.button(page, "Test connection").click()
    expect(steps.last).to_contain_text("does not accept the API key")
    fits_and_lets_everybody_in(page)

    visits.button(page, "Save").click()
    expect(page.locator("#flashes")).to_contain_text("Saved.")
    expect(page.locator("main")).to_contain_text("A key is stored since")
    fits_and_lets_everybody_in(page)

    page.get_by_role("link", name="Change").click()
    visits.button(page, "Remove the stored key").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove the stored key").click()
    expect(page.locator("#flashes")).to_contain_text("The key was removed.")


def test_a_test_that_is_under_way_says_so_and_takes_longer_than_other_answers(
    page: Page, stack: Stack, peer: AiPeer
) -> None:
    peer.hold("test-connection")
    page.goto(f"{stack.url}/settings/texts")
    page.get_by_label("Another server").check()
    page.get_by_label("Model").fill("test-model")
    page.get_by_label("Address").fill(peer.url)
    page.get_by_label("Key").fill(peer.key)
    test = visits.button(page, "Test connection")
    test.click()

    expect(test).to_be_disabled()
    page.wait_for_timeout(6000)  # other requests of the page are given up after 5 s
    peer.release()

    expect(page.locator("#tried li")).to_have_count(4)
    expect(test).to_be_enabled()
    assert len(peer.calls) == 1


def test_a_picture_is_made_and_shown(window: Window, stack: Stack, peer: AiPeer) -> None:
    page = window(viewport=PHONE)
    page.goto(f"{stack.url}/settings/images")
    page.get_by_label("Another server").check()
    page.get_by_label("Model").fill("gpt-image-1")
    page.get_by_label("Address").fill(peer.url)
    page.get_by_label("Key").fill(peer.key)
    page.get_by_role("button", name="Make a test picture").click()

    picture = page.get_by_alt_text("The test picture")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.naturalWidth") > 100
    assert sideways(page) == []


def test_prices_fit_and_shut_nobody_out(window: Window, stack: Stack) -> None:
    page = window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True)
    page.goto(f"{stack.url}/settings/prices/?model=gpt-image-1")
    expect(page.get_by_label("Model")).to_have_value("gpt-image-1")
    page.get_by_label("An image").fill("0.042")
    visits.button(page, "Add price").click()
    expect(page.get_by_role("row", name="gpt-image-1")).to_contain_text("$0.042")
    fits_and_lets_everybody_in(page)

    page.get_by_role("link", name="Change the price of gpt-image-1").click()
    fits_and_lets_everybody_in(page)
    visits.button(page, "Remove this price").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove this price").click()
    expect(page.locator("#flashes")).to_contain_text("The price was removed.")
