"""The first question to a server that speaks like OpenAI: which models it has."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...providers.base import ProviderError
from ...providers.http import Reply, send
from ...providers.reach import is_local
from ...providers.trouble import refusal
from .advice import advised
from .steps import SECONDS, Step, fails, timed, unknown, works

_NO_KEY = (401, 403)
"""What a server answers that wants a key, or another one."""
_MOST_BYTES = 8 * 1024 * 1024
_NAMED = 3
"""Models that are named where the wanted one is missing."""


@dataclass(frozen=True)
class Listing:
    """What was learnt on the way."""

    reachable: bool
    steps: tuple[Step, ...]
    """About the address, and about the key where the list could not be had without it."""
    key_works: bool = False
    refused: ProviderError | None = None
    """Why the list could not be had with the key. Some servers take it for other requests."""
    models: frozenset[str] | None = None
    """None when the server does not list them."""

    def model_step(self, model: str, *, answered: bool = False) -> Step:
        """What the list says of a model; ``answered``: it is there, whatever the list says."""
        name = "Model"
        if self.models is None:
            if answered:
                return works(name, f"{model} answers; the server does not list its models.")
            return unknown(name, f"The server does not list its models, so {model} may be there.")
        if model in self.models or f"models/{model}" in self.models:
            return works(name, f"{model} is there.")
        if answered:
            return works(name, f"{model} answers, though the server does not list it.")
        return unknown(
            name, f"{model} is not among the models that the server lists{self._near(model)}."
        )

    def _near(self, model: str) -> str:
        known = sorted(self.models or ())
        near = difflib.get_close_matches(model, known, n=_NAMED, cutoff=0.5) or known[:_NAMED]
        return f" ({len(known):,}, such as {', '.join(near)})" if near else ""


def look_around(base_url: str, key: str) -> Listing:
    """Ask for the list, at first without the key: it goes only to a server that answers."""
    ask = partial(send, "GET", base_url + "/models", timeout=SECONDS, most_bytes=_MOST_BYTES)
    reply, ms = timed(ask)
    if isinstance(reply, ProviderError):
        return Listing(False, (fails("Reachable", advised(reply), ms),))
    if 300 <= reply.status < 400:
        problem = refusal(reply.host, reply.status, reply.headers, reply.body)
        return Listing(False, (fails("Reachable", problem.message, ms),))
    reachable = works("Reachable", f"{reply.host} answers.{_open_road(base_url, key)}", ms)
    if not key or reply.status < 400:
        return Listing(True, (reachable,), models=_models(reply))
    wanted_key = reply.status in _NO_KEY  # LiteLLM, for one, answers 400 without a key
    reply, ms = timed(partial(ask, key=key))
    if isinstance(reply, Reply) and reply.status not in _NO_KEY:
        if not wanted_key and reply.status >= 400:
            return Listing(True, (reachable,))
        steps = (reachable, works("Key", "The key is accepted.", ms))
        return Listing(True, steps, key_works=True, models=_models(reply))
    if isinstance(reply, Reply):
        reply = refusal(reply.host, reply.status, reply.headers, reply.body, key)
    return Listing(True, (reachable,), refused=reply)


def _models(reply: Reply) -> frozenset[str] | None:
    """The ids in the answer, if it is a list of models."""
    try:
        found: Any = json.loads(reply.body) if reply.status == 200 else None
    except (ValueError, RecursionError):
        return None
    match found:
        case {"data": list(cards)} if cards:
            ids = (card.get("id") for card in cards if isinstance(card, dict))
            return frozenset(each for each in ids if isinstance(each, str)) or None
    return None


def _open_road(base_url: str, key: str) -> str:
    """A warning where the key can be read on its way through the internet."""
    if not key or base_url.startswith("https:") or is_local(base_url):
        return ""
    return " But the address begins with http://, so anybody on the way can read the key."
