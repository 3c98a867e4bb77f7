"""What a person does in the browser, step by step, by what is written on the page."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from .stack import OWNER, PASSWORD

EXPORTS = Path(__file__).parents[1] / "data" / "keywords" / "exports"
BIG_EXPORT = EXPORTS / "semrush_keyword_magic.csv"
"""150 keywords: a run over them takes long enough to be stopped."""


def claim_owner_link(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to igny8")
    page.get_by_label("Email").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()


def sign_in(page: Page) -> None:
    page.get_by_label("Email").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def make_site(page: Page, url: str, name: str) -> str:
    """Returns the URL of the site, without a slash at its end."""
    page.goto(f"{url}/sites/new")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create site").click()
    expect(page.locator("#flashes")).to_contain_text(f"{name} is ready")
    return page.url.removesuffix("/automation/")


def preview_file(page: Page, site: str, file: Path) -> None:
    page.goto(f"{site}/keywords/import")
    page.get_by_label("Keyword file").set_input_files(file)
    page.get_by_role("button", name="Preview file").click()


def import_file(page: Page, site: str, file: Path) -> None:
    preview_file(page, site, file)
    page.get_by_role("button", name=re.compile("^Import [0-9]+ keywords$")).click()
    expect(page.locator("#flashes")).to_contain_text("Imported")


def import_list(page: Page, site: str, *phrases: str) -> None:
    page.goto(f"{site}/keywords/import")
    page.get_by_label("Keywords, one a line").fill("\n".join(phrases))
    page.get_by_role("button", name="Preview list").click()
    page.get_by_role("button", name=re.compile("^Import ")).click()
    expect(page.locator("#flashes")).to_contain_text("Imported")


def use_texts_of(page: Page, site: str, url: str, key: str, model: str) -> None:
    """Have the texts of a site made by a provider."""
    page.goto(f"{site}/settings/texts")
    page.get_by_label("Another server").check()
    page.get_by_label("Model").fill(model)
    page.get_by_label("Address").fill(url)
    page.get_by_label("Key").fill(key)
    button(page, "Save").click()
    expect(page.locator("#flashes")).to_contain_text("Saved.")


def set_price(page: Page, url: str, model: str, per_million_in: str, per_million_out: str) -> None:
    """Say what a model costs, where nobody said it yet."""
    page.goto(f"{url}/settings/prices/")
    cell, header = (page.get_by_role(role, name=model) for role in ("cell", "rowheader"))
    if cell.or_(header).count():
        return
    page.get_by_label("Model").fill(model)
    page.locator("[name=per_million_in]").fill(per_million_in)
    page.locator("[name=per_million_out]").fill(per_million_out)
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("#flashes")).to_contain_text(f"The price of {model}")


def run_now(page: Page, site: str) -> None:
    page.goto(f"{site}/automation/")
    button(page, "Run now").click()
    expect(card(page)).to_contain_text("Stage ")


def pause(page: Page) -> None:
    """Press *Pause* and wait until the last item in hand is finished."""
    button(page, "Pause").click()
    expect(card(page).locator(".run-card__notice")).to_have_text("Paused.", timeout=60_000)


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def card(page: Page) -> Locator:
    return page.locator("#run-card")


def shown_number(locator: Locator) -> int:
    return int(re.sub(r"\D", "", locator.inner_text()))
