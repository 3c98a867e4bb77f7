"""Pictures by Runware: an array of tasks goes there, what became of each comes back."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from .base import ImageAnswer, ProviderError
from .contracts import DrawImageBrief
from .downloads import download
from .drawing import prompt_of
from .http import post_json
from .reach import is_local
from .settings import ImageSettings
from .trouble import Refusal, tidy

LONGEST_PROMPT = 3000
STEP, SMALLEST, LARGEST = 64, 128, 2048
"""Pixels: sides are multiples of the first, between the others."""

_AGAIN, _STOP, _NO = "again", "stop", "no"
_TROUBLE = (
    ("credit|quota|balance|payment", "no_quota", _STOP, "says that the account has no credit left"),
    ("api_?key|auth", "bad_key", _STOP, "does not accept the API key"),
    ("rate_?limit|too_?many|concurren", "rate_limited", _AGAIN, "asks us to slow down"),
    ("content|nsfw|moderat|safety", "filtered", _NO, "refused the prompt"),
    (
        "timeout|provider|server|internal|unavail",
        "server_error",
        _AGAIN,
        "has a problem of its own",
    ),
    ("model", "unknown_model", _STOP, "does not know the model"),
)
"""Signs in an error's code, the first that fits: our code, what to do, what Runware does."""


class Runware:
    """An image provider that tells the price of each picture."""

    name = "runware"

    def __init__(self, settings: ImageSettings) -> None:
        self._settings = settings
        self._host = urlsplit(settings.base_url).netloc
        self.model = settings.model
        self.paid = not is_local(settings.base_url)

    def size(self, brief: DrawImageBrief) -> str:
        """The sides rounded up to what it makes."""
        task = self._task(brief)
        return f"{task['width']}x{task['height']}"

    def draw(self, brief: DrawImageBrief) -> ImageAnswer:
        """One picture, up to 63 pixels larger than the brief wants. Raises ProviderError."""
        task = self._task(brief)
        try:
            reply = post_json(
                self._settings.base_url,
                [task],
                key=self._settings.api_key,
                timeout=self._settings.timeout_seconds,
            )
        except Refusal as refusal:
            error = self._error(refusal.words, refusal.told) or refusal
            error.retry_after = refusal.retry_after
            raise error from refusal
        made = self._result(reply, task["taskUUID"])
        cost = _price(made.get("cost"))
        try:
            return ImageAnswer(download(made["imageURL"], own=self._settings.base_url), cost=cost)
        except ProviderError as error:
            error.cost = cost
            raise

    def _task(self, brief: DrawImageBrief) -> dict[str, Any]:
        return {
            "taskType": "imageInference",
            "taskUUID": str(uuid.uuid4()),
            "model": self.model,
            "positivePrompt": prompt_of(brief, LONGEST_PROMPT),
            "width": _side(brief.width),
            "height": _side(brief.height),
            "numberResults": 1,
            "outputType": "URL",
            "outputFormat": "WEBP",
            "includeCost": True,
        }

    def _result(self, reply: Any, task: str) -> dict[str, Any]:
        """What was made for our task. Raises ProviderError."""
        found = reply if isinstance(reply, dict) else {}
        for made in _dicts(found.get("data")):
            if made.get("taskUUID") == task and isinstance(made.get("imageURL"), str):
                return made
        for error in _dicts(found.get("errors")):
            if error.get("taskUUID") in (task, None):
                code, told = str(error.get("code")), str(error.get("message") or "")
                message = f"{self._host} refused the request: {tidy(told, self._settings.api_key)}"
                raise self._error(code, told) or ProviderError(message, code="bad_request")
        raise ProviderError(
            f"{self._host} answered without a picture.", code="garbage", retry=True, cost=None
        )

    def _error(self, code: str, told: str) -> ProviderError | None:
        """The error that Runware's own code means, if we know it."""
        for signs, ours, how, what in _TROUBLE:
            if re.search(signs, code.lower()):
                about = tidy(told, self._settings.api_key)
                message = f"{self._host} {what}" + (f": {about}" if about else ".")
                return ProviderError(message, code=ours, retry=how == _AGAIN, fatal=how == _STOP)
        return None


def _side(pixels: int) -> int:
    """At least so many, as far as there are as many."""
    return min(max(-(-pixels // STEP) * STEP, SMALLEST), LARGEST)


def _price(value: object) -> Decimal | None:
    """US dollars; None for what is no price."""
    try:
        price = Decimal(str(value))
    except InvalidOperation:
        return None
    return price if price.is_finite() and price >= 0 else None


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
