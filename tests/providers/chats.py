"""Questions put to the peer, as a stage puts them."""

from __future__ import annotations

from typing import Any

import pytest

from igny8_web.providers.base import ProviderError, TextAnswer
from igny8_web.providers.chat import Chat
from igny8_web.providers.contracts import ClusterKeywordsBrief, KeywordIn, SiteIn
from igny8_web.providers.settings import TextSettings

from ..peers.ai import AiPeer
from .questions import question

SITE = SiteIn(name="Brew Notes", domain="brew-notes.example", language="en")
TASK = "cluster-keywords"


def keywords(*phrases: str) -> ClusterKeywordsBrief:
    """A brief about these phrases, with ids from 1."""
    return ClusterKeywordsBrief(
        site=SITE,
        keywords=tuple(KeywordIn(id=n, phrase=phrase) for n, phrase in enumerate(phrases, 1)),
    )


def chat(peer: AiPeer, **settings: Any) -> Chat:
    """A client of the peer."""
    usual = {"base_url": peer.url, "model": "test-model", "api_key": peer.key}
    return Chat(TextSettings(**{**usual, "timeout_seconds": 5.0, **settings}))


def ask(peer: AiPeer, **settings: Any) -> TextAnswer:
    """The answer to a small question."""
    brief = keywords("cold brew ratio", "cold brew coffee ratio")
    return chat(peer, **settings).answer(question(TASK, brief))


def refused(peer: AiPeer, **settings: Any) -> ProviderError:
    """Why there is no answer to it."""
    with pytest.raises(ProviderError) as caught:
        ask(peer, **settings)
    return caught.value
