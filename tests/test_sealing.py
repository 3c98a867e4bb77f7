"""Secrets at rest."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from igny8_web.sealing import CannotOpen, seal, unseal

KEY, SECRET, PLACE = "sk-proj-0123456789abcdef", "the secret key", "https://api.openai.com:443"


def test_what_was_sealed_opens_with_the_same_secret_for_the_same_place() -> None:
    sealed = seal(KEY, SECRET, PLACE)

    opened = unseal(sealed, SECRET, PLACE)

    assert opened.text == KEY
    assert abs(opened.since - datetime.now(UTC)) < timedelta(minutes=1)


def test_neither_what_is_stored_nor_what_is_printed_shows_it() -> None:
    sealed = seal(KEY, SECRET, PLACE)

    assert KEY not in sealed
    assert sealed.isascii()
    assert KEY not in repr(unseal(sealed, SECRET, PLACE))


def test_the_same_key_looks_different_each_time() -> None:
    assert seal(KEY, SECRET, PLACE) != seal(KEY, SECRET, PLACE)


@pytest.mark.parametrize(
    ("secret", "place"),
    [("another secret key", PLACE), (SECRET, "https://evil.example:443"), ("", ""), (SECRET, "")],
)
def test_it_opens_with_no_other_secret_and_for_no_other_place(secret: str, place: str) -> None:
    with pytest.raises(CannotOpen):
        unseal(seal(KEY, SECRET, PLACE), secret, place)


def test_what_was_damaged_does_not_open() -> None:
    sealed = seal(KEY, SECRET, PLACE)
    flipped = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]

    for damaged in (flipped, sealed[:-4], "", "no token", "nötig", "gAAAAA=="):
        with pytest.raises(CannotOpen):
            unseal(damaged, SECRET, PLACE)


def test_a_process_that_opens_no_secret_does_without_the_library(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, igny8_web\n"
        f"igny8_web.create_app(data_dir=pathlib.Path({str(tmp_path)!r}))\n"
        "wanted = {'cryptography.fernet', 'requests', 'PIL'}\n"
        "print(sorted(wanted & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout == "[]\n", done.stderr
