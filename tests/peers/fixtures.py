"""The peer as a fixture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from igny8_web.providers.chat import client

from .ai import AiPeer


@pytest.fixture
def peer() -> Iterator[AiPeer]:
    """An AI provider on this machine, without faults at first."""
    with AiPeer() as peer:
        yield peer
    assert not peer.errors


@pytest.fixture
def sent(app: Flask, peer: AiPeer, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The app by the peer: system and user message of each of its requests, on their way."""
    house = app.extensions["igny8"]
    ours = {"text_base_url": peer.url, "text_api_key": peer.key, "text_model": "test-model"}
    app.extensions["igny8"] = replace(house, config=replace(house.config, **ours))
    seen: list[tuple[str, str]] = []
    post = client.post_json

    def note(url: str, body: Any, **how: Any) -> Any:
        seen.append((body["messages"][0]["content"], body["messages"][1]["content"]))
        return post(url, body, **how)

    monkeypatch.setattr(client, "post_json", note)
    return seen
