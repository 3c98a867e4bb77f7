"""Tests that hurt: real workers on a real Valkey."""

from __future__ import annotations

from pathlib import Path

import pytest

from .held_worker import Hold


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    """A real server."""
    return empty_valkey


@pytest.fixture
def hold(tmp_path: Path) -> Hold:
    """Holds every call of the provider until it is released."""
    folder = tmp_path / "hold"
    folder.mkdir()
    return Hold(folder)
