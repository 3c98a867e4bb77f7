"""What holds for every page: it fits a phone, and nobody is shut out.

"Keeps to itself": no complaint in the console, nothing against the content security policy, no
request to another server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, expect

from . import visits
from .conftest import Finished
from .stack import OWNER, Stack
from .witness import Witness

Window = Callable[..., Page]

EMPTY, DONE = "/sites/brew-notes", "{finished.site}"
ADDRESSES = (
    "/sites/",
    f"{EMPTY}/",
    f"{EMPTY}/automation/",
    f"{EMPTY}/keywords/",
    f"{EMPTY}/clusters/",
    f"{EMPTY}/ideas/",
    f"{EMPTY}/tasks/",
    f"{EMPTY}/content/",
    f"{EMPTY}/images/",
    f"{EMPTY}/review/",
    "{paused}",
    f"{DONE}/automation/",
    f"{DONE}/",
    "{finished.run}",
    "{finished.run}/stages/write-content",
    f"{DONE}/keywords/",
    f"{DONE}/keywords/import",
    f"{DONE}/keywords/new",
    "{finished.cluster}",
    "{finished.idea}",
    "{finished.picture}",
    "{finished.log}",
    f"{DONE}/clusters/",
    f"{DONE}/ideas/",
    f"{DONE}/tasks/",
    f"{DONE}/content/",
    "{finished.content}",
    "{finished.content}/edit",
    "{finished.content}/versions/",
    "{finished.content}/versions/1",
    f"{DONE}/images/",
    f"{DONE}/review/",
    "{finished.review}",
    "{finished.review}?edit=1",
    "/sites/new",
    "/nothing/here",
)
"""Rooms before a run, a live run, and everything there is after one."""

PHONE = {"width": 360, "height": 740}
SERIOUS = {"serious", "critical"}
COLOURS_ARRIVED = """async () => {
  await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
}"""
"""Even without motion a change of colours takes a frame, which axe must not see half-way."""
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}


@pytest.fixture(params=ADDRESSES)
def address(request: pytest.FixtureRequest, stack: Stack, finished: Finished, paused: str) -> str:
    address = str(request.param).format(finished=finished, paused=paused)
    return address if address.startswith("http") else stack.url + address


@pytest.fixture(scope="module")
def phone(browser: Browser, signed_in: StorageState) -> Iterator[tuple[Page, Witness]]:
    """One window for all pages; who uses it has its witness swear."""
    with browser.new_context(storage_state=signed_in, viewport=PHONE) as context:
        witness = Witness(context)
        yield context.new_page(), witness


@pytest.fixture(scope="module")
def inspected(browser: Browser, signed_in: StorageState) -> Iterator[Page]:
    """A window in which axe may add styles, which the policy forbids to everybody else.

    No motion: a colour half-way through a transition is none of ours.
    """
    with browser.new_context(
        storage_state=signed_in, bypass_csp=True, reduced_motion="reduce"
    ) as context:
        yield context.new_page()


def test_every_page_fits_a_phone_and_keeps_to_itself(
    phone: tuple[Page, Witness], address: str
) -> None:
    page, witness = phone
    witness.expected = ["status of 404"] if address.endswith("/nothing/here") else []
    show(page, address)
    assert sideways(page) == []
    page.wait_for_load_state("networkidle")
    witness.swear()


def test_no_page_shuts_anybody_out(inspected: Page, address: str) -> None:
    show(inspected, address)
    assert hindrances(inspected) == []


def show(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()


def test_sign_in_fits_and_shuts_nobody_out(window: Window, stack: Stack) -> None:
    page = window(storage_state=None, viewport=PHONE, bypass_csp=True)
    page.goto(f"{stack.url}/login")
    assert sideways(page) + hindrances(page) == []


def test_import_preview_and_refusal_fit_and_shut_nobody_out(
    window: Window, finished: Finished, witnesses: list[Witness]
) -> None:
    page = window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True)
    visits.preview_file(page, finished.site, visits.BIG_EXPORT)
    expect(visits.button(page, "Import 150 keywords")).to_be_visible()
    assert sideways(page) + hindrances(page) == []
    witnesses[-1].expected.append("status of 422")
    visits.preview_file(page, finished.site, visits.EXPORTS.parent / "bad" / "header_only.csv")
    expect(page.get_by_label("Keyword file")).to_have_attribute("aria-invalid", "true")
    assert sideways(page) + hindrances(page) == []


def test_open_menus_and_dialogs_fit_and_shut_nobody_out(window: Window, paused: str) -> None:
    page = window(viewport=PHONE, reduced_motion="reduce", bypass_csp=True)
    page.goto(paused)
    visits.button(page, "Cancel run").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert sideways(page) + hindrances(page) == []
    visits.button(page, "Not now").click()
    visits.button(page, "Menu").click()
    page.locator("summary", has_text=OWNER).click()
    expect(page.get_by_role("radio", name="Dark")).to_be_visible()
    assert sideways(page) + hindrances(page) == []


def sideways(page: Page) -> list[str]:
    """What reaches over the right edge, if the page can be scrolled sideways."""
    page.wait_for_load_state()  # a click's new page is there before its styles are
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
             [...document.querySelectorAll("body *")]
               .filter(node => node.getBoundingClientRect().right > window.innerWidth)
               .map(node => node.outerHTML.slice(0, 120))"""
    )
    return found


def hindrances(page: Page) -> list[str]:
    """Serious and critical findings of axe; in dark only the colours can differ."""
    found = []
    for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(COLOURS_ARRIVED)
        for finding in Axe().run(page, options={**AXE_OPTIONS, **rules}).response["violations"]:
            if finding["impact"] in SERIOUS:
                where = [node["html"] for node in finding["nodes"]]
                found.append(f"{scheme}: {finding['id']}: {where}")
    return found
