"""Makes docs/screenshots from a run of the demo site, in light, dark and on a phone.

    .venv/bin/python -m scripts.screenshots

Starts the whole app on an empty data folder and drives Chromium, with the steps of the browser
tests. Needs requirements-dev.txt and chromium; takes some minutes.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium, visits
from tests.browser.stack import Stack, running
from tests.peers.ai import AiPeer
from tests.peers.faults import refused

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
DESKTOP = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1.5}
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2}
LOOKS = {
    "light": {**DESKTOP, "color_scheme": "light"},
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": {**PHONE, "color_scheme": "light"},
}
MODEL = "gpt-4o-mini"  # of the tests' provider, which only looks like one that costs
QUALITY = 80  # of WebP: letters stay crisp, a picture stays under 250 kB


def main() -> None:
    """Write them all; says the name and size of each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        running(Path(scratch)) as stack,
        chromium.launched() as browser,
    ):
        windows = _windows(browser, stack)
        site = f"{stack.url}/sites/brew-notes"
        _shoot_the_run(windows, site)
        for look, page in windows.items():
            _shoot_the_results(page, look, site)
            _shoot_the_planner(page, look, site)
            _shoot_the_desk(page, look, site)
        _shoot_the_bill(windows, stack)


def _windows(browser: Browser, stack: Stack) -> dict[str, Page]:
    """A signed-in page for each look."""
    with browser.new_context() as context:
        page = context.new_page()
        visits.claim_owner_link(page, stack.owner_link)
        page.wait_for_url("**/automation/")
        session = context.storage_state()
    # no motion: a picture taken half-way through a transition shows neither end of it
    common = {"storage_state": session, "reduced_motion": "reduce"}
    return {
        look: browser.new_context(**common, **options).new_page() for look, options in LOOKS.items()
    }


def _shoot_the_run(windows: dict[str, Page], site: str) -> None:
    first = next(iter(windows.values()))
    visits.run_now(first, site)
    well_on = re.compile(r"Image prompts → Images\s+[3-9]\d%")
    expect(visits.card(first)).to_contain_text(well_on, timeout=120_000)
    for look, page in windows.items():
        page.goto(f"{site}/automation/")
        _shoot(page, f"automation-running-{look}")
    for look, page in windows.items():
        expect(visits.card(page)).to_contain_text("Run completed", timeout=180_000)
        _shoot(page, f"automation-ended-{look}")


def _shoot_the_results(page: Page, look: str, site: str) -> None:
    page.goto(f"{site}/review/")
    _shoot(page, f"review-{look}")
    page.locator("ol.gallery a").first.click()
    page.wait_for_url(re.compile(r"/review/\d+$"))
    page.goto(page.url.replace("/review/", "/content/"))
    _shoot(page, f"article-{look}")
    page.goto(f"{site}/images/")
    page.get_by_role("link", name="Older").click()  # the newest has an emoji in its title
    _shoot(page, f"images-{look}")
    visits.preview_file(page, site, visits.BIG_EXPORT)
    expect(page.get_by_role("heading", name="New keywords")).to_be_visible()
    _shoot(page, f"import-preview-{look}")


def _shoot_the_planner(page: Page, look: str, site: str) -> None:
    page.goto(f"{site}/")
    _shoot(page, f"dashboard-{look}")
    page.goto(f"{site}/keywords/?sort=-volume")
    for box in page.locator('tbody [name="id"]').all()[2:5]:
        box.check()
    _shoot(page, f"keywords-{look}")
    page.goto(f"{site}/clusters/")
    page.locator("tbody th a").first.click()
    _shoot(page, f"cluster-{look}")
    page.goto(f"{site}/ideas/")
    _shoot(page, f"ideas-{look}")


def _shoot_the_desk(page: Page, look: str, site: str) -> None:
    page.goto(f"{site}/review/")
    page.locator("ol.gallery a").first.click()
    page.wait_for_url(re.compile(r"/review/\d+$"))
    _shoot(page, f"decision-{look}")
    page.locator("article figure").first.get_by_role("link", name="Change the picture").click()
    expect(page.get_by_role("dialog")).to_contain_text("Alternative text")
    _shoot(page, f"picture-{look}")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("textbox", name="Text")).to_be_visible()
    _shoot(page, f"editor-{look}")
    page.goto(f"{site}/tasks/")
    page.get_by_role("link", name=re.compile("^What happened to ")).first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Attempts")
    _shoot(page, f"item-log-{look}")


def _shoot_the_bill(windows: dict[str, Page], stack: Stack) -> None:
    """Settings, estimate, a cap that is reached and a failed item, with the tests' provider."""
    first = next(iter(windows.values()))
    with AiPeer() as peer:
        site = visits.make_site(first, stack.url, "Tea and tides")
        visits.use_texts_of(first, site, peer.url, peer.key, MODEL)
        visits.set_price(first, stack.url, MODEL, "20", "80")
        visits.import_list(first, site, "moka pot cleaning", "best decaf beans", "cold drip")
        for look, page in windows.items():
            page.goto(f"{site}/settings/texts")
            visits.button(page, "Test connection").click()
            expect(page.get_by_role("main")).to_contain_text("Reachable", timeout=30_000)
            _shoot(page, f"settings-{look}")
            page.goto(f"{site}/automation/")
            visits.button(page, "Run now").click()
            expect(page.get_by_role("dialog").get_by_role("row")).to_have_count(1 + 5 + 1)
            _shoot(page, f"estimate-{look}")
        first.get_by_role("dialog").get_by_label("Stop and ask at").fill("0.01")
        first.keyboard.press("Enter")
        expect(visits.card(first)).to_contain_text("is reached", timeout=60_000)
        for look, page in windows.items():
            page.goto(f"{site}/automation/")
            _shoot(page, f"cap-reached-{look}")
        peer.always("write-content", refused())
        visits.card(first).get_by_label("Raise the cap to").fill("100")
        visits.button(visits.card(first), "Raise and go on").click()
        expect(visits.card(first)).to_contain_text("Run completed", timeout=120_000)
        first.get_by_role("link", name="Details of the last run").click()
        run = first.url
        for look, page in windows.items():
            page.goto(run)
            page.locator("details.failure").first.click()
            _shoot(page, f"failed-items-{look}")


def _shoot(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    file = FOLDER / f"{name}.webp"
    Image.open(io.BytesIO(page.screenshot())).save(file, quality=QUALITY, method=6)
    print(f"{file.name}: {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
