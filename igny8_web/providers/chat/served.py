"""Which model to ask for, where only the server's address was given: the first that it lists."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from ..base import ProviderError
from ..http import send
from ..settings import TextSettings
from ..trouble import refusal

LONGEST_SECONDS = 30.0
_NO_LIST = (404, 405, 501)


def first_model(settings: TextSettings) -> str:
    """Ask the server. Raises ProviderError, one that says what to set where it lists none."""
    seconds = min(settings.timeout_seconds, LONGEST_SECONDS)
    url, key = settings.base_url.rstrip("/") + "/models", settings.api_key
    reply = send("GET", url, key=key, timeout=seconds)
    if reply.status >= 300 and reply.status not in _NO_LIST:
        raise refusal(reply.host, reply.status, reply.headers, reply.body, key)
    try:
        found: Any = json.loads(reply.body)
    except (ValueError, RecursionError):
        found = None
    match found:
        case {"data": [{"id": str(model)}, *_]} if model:
            return model
    host = urlsplit(settings.base_url).netloc
    raise ProviderError(
        f"{host} lists no models, so that none can be chosen. Name the model: IGNY8_TEXT_MODEL.",
        code="unknown_model",
        fatal=True,
    )
