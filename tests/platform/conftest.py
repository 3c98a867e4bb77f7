"""Programs of a test, ended with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .helpers import Program


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start ``python -m words…`` with that environment."""
    started: list[Program] = []

    def start(*words: str, **env: str) -> Program:
        started.append(Program(tmp_path, *words, **env))
        return started[-1]

    yield start
    for each in started:
        each.clean_up()
