"""One running app and one Chromium for all browser tests; a fresh, watched window for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from . import chromium, visits
from .stack import Stack, running
from .witness import Witness

HERE = Path(__file__).parent

expect.set_options(timeout=15_000)  # milliseconds; other work may share the machine


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skip(reason="no chromium on this machine: apt-get install chromium")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium.PATH is None:
                item.add_marker(missing)


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("stack")) as started:
        yield started


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium.launched() as launched:
        yield launched


@pytest.fixture(scope="package")
def signed_in(stack: Stack, browser: Browser) -> StorageState:
    """The session of the owner, who came through the one-time link."""
    with browser.new_context() as context:
        page = context.new_page()
        visits.claim_owner_link(page, stack.owner_link)
        expect(page).to_have_url(f"{stack.url}/sites/brew-notes/automation/")
        return context.storage_state()


@pytest.fixture
def witnesses() -> Iterator[list[Witness]]:
    """All windows of the test; what one of them saw fails the test at its end."""
    opened: list[Witness] = []
    yield opened
    for witness in opened:
        witness.context.close()
    for witness in opened:
        witness.swear()


@pytest.fixture
def window(
    browser: Browser, witnesses: list[Witness], signed_in: StorageState
) -> Callable[..., Page]:
    """Open a page of a context of its own, signed in; options are the context's."""

    def open_window(**options: Any) -> Page:
        options = {"storage_state": signed_in, **options}
        context = browser.new_context(**options)
        witnesses.append(Witness(context))
        return context.new_page()

    return open_window


@pytest.fixture
def page(window: Callable[..., Page]) -> Page:
    """The page of an owner who is signed in."""
    return window()


@dataclass(frozen=True)
class Finished:
    """A site whose run is over, and where its results are read."""

    site: str
    run: str
    content: str
    review: str
    cluster: str
    idea: str
    picture: str
    log: str


@pytest.fixture(scope="package")
def finished(stack: Stack, browser: Browser, signed_in: StorageState) -> Finished:
    with browser.new_context(storage_state=signed_in) as context:
        page = context.new_page()
        site = visits.make_site(page, stack.url, "Finished")
        visits.import_list(
            page, site, "how to clean a moka pot", "moka pot cleaning", "best decaf beans"
        )
        visits.run_now(page, site)
        expect(visits.card(page)).to_contain_text("Run completed", timeout=120_000)
        run = page.locator("#metrics tbody a").first.get_attribute("href") or ""
        page.goto(f"{site}/review/")
        review = page.locator("ol a").first.get_attribute("href") or ""
        behind = [
            _first_link(page, f"{site}/{room}/", f"[href*='/{part}/']")
            for room, part in (("clusters", "clusters"), ("ideas", "ideas"))
        ]
        behind.append(_first_link(page, f"{site}/images/", "[data-opens-page='picture']"))
        behind.append(_first_link(page, f"{site}/tasks/", "[data-opens-page='item-log']"))
    content = f"{site}/content/{review.rsplit('/', 1)[1]}"
    return Finished(site, stack.url + run, content, stack.url + review, *behind)


def _first_link(page: Page, url: str, which: str) -> str:
    page.goto(url)
    href = page.locator(f"main li a{which}, main tbody a{which}").first.get_attribute("href")
    return urljoin(url, href)


@pytest.fixture(scope="package")
def paused(stack: Stack, browser: Browser, signed_in: StorageState) -> str:
    """The automation page of a site whose run is paused: a live card that stands still."""
    with browser.new_context(storage_state=signed_in) as context:
        page = context.new_page()
        site = visits.make_site(page, stack.url, "Paused")
        visits.import_file(page, site, visits.BIG_EXPORT)
        visits.run_now(page, site)
        visits.pause(page)
    return f"{site}/automation/"
