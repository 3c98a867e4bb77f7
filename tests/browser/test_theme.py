"""Dark and light: the system's choice, until a person makes their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .stack import OWNER, Stack

Window = Callable[..., Page]

LIGHTNESS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data.slice(0, 3).reduce((a, b) => a + b) / 765;
}"""


def is_dark(page: Page) -> bool:
    return bool(page.evaluate(LIGHTNESS) < 0.2)


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_systems_theme_is_taken(window: Window, stack: Stack, system: str) -> None:
    page = window(color_scheme=system)
    for path in ("/", "/login"):
        page.goto(stack.url + path)
        assert is_dark(page) == (system == "dark")


def test_a_chosen_theme_wins_over_the_systems_and_is_kept(window: Window, stack: Stack) -> None:
    page = window(color_scheme="light")
    page.goto(stack.url)
    choose(page, "Dark")
    assert is_dark(page)
    page.reload()
    assert is_dark(page)
    expect(page.get_by_role("radio", name="Dark", include_hidden=True)).to_be_checked()
    choose(page, "System")
    assert not is_dark(page)


def test_a_theme_is_chosen_in_all_windows_at_once(window: Window, stack: Stack) -> None:
    page = window(color_scheme="light")
    page.goto(stack.url)
    other = page.context.new_page()
    other.goto(stack.url)
    choose(page, "Dark")
    other.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert is_dark(other)


def choose(page: Page, theme: str) -> None:
    page.locator("summary", has_text=OWNER).click()
    page.get_by_text(theme, exact=True).click()
    page.keyboard.press("Escape")
