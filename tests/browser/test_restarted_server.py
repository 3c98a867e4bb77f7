"""The server is stopped and started again under a page that stays open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from . import visits
from .stack import running

LONG = 60_000
"""Milliseconds; two polls must fail before a page says so."""


@pytest.mark.slow(seconds=60)
def test_the_card_is_kept_told_and_goes_on_to_the_end_of_the_run(
    browser: Browser, tmp_path: Path
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        notice = page.locator("#poll-notice")
        with running(tmp_path) as stack:
            visits.claim_owner_link(page, stack.owner_link)
            site = visits.make_site(page, stack.url, "Restarted")
            visits.import_file(page, site, visits.BIG_EXPORT)
            visits.run_now(page, site)
            visits.pause(page)
            percentage = page.locator(".run-card__percentage").inner_text()

        expect(notice).to_contain_text(re.compile("^Connection lost, last update"), timeout=LONG)
        expect(visits.card(page)).to_contain_text("Paused.")

        with running(tmp_path, port=int(stack.url.rsplit(":", 1)[1])):
            expect(notice).to_be_empty(timeout=LONG)
            assert page.locator(".run-card__percentage").inner_text() == percentage
            visits.button(page, "Resume").click()
            expect(visits.card(page)).to_contain_text("Run completed", timeout=2 * LONG)
