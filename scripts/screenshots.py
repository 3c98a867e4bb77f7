"""Makes docs/screenshots from a run of the demo site, in light, dark and on a phone.

    .venv/bin/python -m scripts.screenshots

Starts the whole app on an empty data folder and drives Chromium, with the steps of the browser
tests. Needs requirements-dev.txt and chromium; takes about a minute.
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

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
DESKTOP = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1.5}
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2}
LOOKS = {
    "light": {**DESKTOP, "color_scheme": "light"},
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": {**PHONE, "color_scheme": "light"},
}
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


def _shoot(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    file = FOLDER / f"{name}.webp"
    Image.open(io.BytesIO(page.screenshot())).save(file, quality=QUALITY, method=6)
    print(f"{file.name}: {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
