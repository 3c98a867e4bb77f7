"""What a run may cost is told before it, and a cap that is reached is raised, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.peers.ai import AiPeer

from . import visits
from .stack import Stack
from .test_pages import PHONE, hindrances, sideways

Window = Callable[..., Page]
MODEL = "gpt-4o-mini"


@pytest.fixture
def site(page: Page, stack: Stack, peer: AiPeer, request: pytest.FixtureRequest) -> str:
    """A site whose texts come from the peer, at a price; three keywords wait."""
    name = request.node.name.removeprefix("test_").replace("_", " ")[:40]
    site = visits.make_site(page, stack.url, name)
    visits.use_texts_of(page, site, peer.url, peer.key, MODEL)
    visits.set_price(page, stack.url, MODEL, "20", "80")
    visits.import_list(page, site, "moka pot cleaning", "best decaf beans", "what is a ristretto")
    return site


def test_a_run_that_costs_is_told_about_stopped_at_its_cap_and_goes_on(
    window: Window, site: str
) -> None:
    page = window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True)
    page.goto(f"{site}/automation/")
    visits.button(page, "Run now").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row")).to_have_count(1 + 5 + 1)
    expect(dialog).to_contain_text("A first guess")
    expect(visits.button(dialog, "Run now")).to_be_focused()
    assert sideways(page) + hindrances(page) == []
    visits.button(dialog, "Not now").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#run-card")).to_contain_text("Ready to run")

    visits.button(page, "Run now").click()
    dialog.get_by_label("Stop and ask at").fill("0.01")
    page.keyboard.press("Enter")
    card = visits.card(page)
    expect(card).to_contain_text("The cap of $0.01 for this run is reached", timeout=60_000)
    expect(visits.button(card, "Resume")).to_have_count(0)
    assert sideways(page) + hindrances(page) == []

    amount = card.get_by_label("Raise the cap to")
    assert float(amount.input_value()) > 0.01
    amount.fill("0.005")
    visits.button(card, "Raise and go on").click()
    expect(page.locator("#flashes")).to_contain_text("Give more than $0.01")
    card.get_by_label("Raise the cap to").fill("100")
    visits.button(card, "Raise and go on").click()
    expect(card).to_contain_text("Run completed", timeout=120_000)
    expect(page.locator("#metrics")).to_contain_text(
        re.compile(r"\$\d+\.\d\d of \$50\.00 this month")
    )

    page.get_by_role("link", name="Details of the last run").click()
    took = page.get_by_role("table", name="Calls, tokens and dollars by stage")
    expect(took.get_by_role("row")).to_have_count(1 + 5)
    assert sideways(page) + hindrances(page) == []
    page.goto(f"{site}/automation/")
    visits.button(page, "Run now").click()
    expect(dialog).to_contain_text("the run would cost nothing")


def test_a_run_is_stopped_at_its_cap(page: Page, site: str) -> None:
    page.goto(f"{site}/automation/")
    visits.button(page, "Run now").click()
    page.get_by_label("Stop and ask at").fill("0")
    visits.button(page.get_by_role("dialog"), "Run now").click()
    expect(visits.card(page)).to_contain_text("The cap of $0.00", timeout=60_000)
    visits.button(page, "Stop here").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop here").click()
    expect(visits.card(page)).to_contain_text("cancelled", timeout=60_000)


def test_what_is_done_by_hand_is_told_about_as_well(window: Window, site: str) -> None:
    page = window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True)
    page.goto(f"{site}/keywords/")
    page.get_by_role("checkbox", name="best decaf beans").check()
    visits.button(page, "Cluster these").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keywords → Clusters")
    expect(page.get_by_role("main")).to_contain_text("1 keyword of your choice")
    assert sideways(page) + hindrances(page) == []
    page.get_by_label("Stop and ask at").fill("2")
    visits.button(page, "Start").click()
    expect(visits.card(page)).to_contain_text("Run completed", timeout=60_000)
