"""Trying an image provider. A picture costs cents: it is made only when somebody says so."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ...media import MediaError
from ...models import ImageKind
from ...providers import image_provider
from ...providers.base import ImageAnswer, ProviderError
from ...providers.contracts import DrawImageBrief
from ...providers.http import post_json, send
from ...providers.settings import ImageSettings
from ...providers.trouble import Refusal, tidy
from .advice import advised
from .listing import look_around
from .steps import SECONDS, Outcome, Step, fails, timed, unknown, works

PICTURE_SECONDS = 60
"""A picture takes longer than a word."""
SIDE = 512
"""Pixels: the smallest that all of them make, or their own smallest instead."""
_NO_PICTURE = "None was made, for it costs money. Make a test picture to be sure."


@dataclass(frozen=True)
class MadePicture:
    """What came of it; ``shown`` is a data URL, empty when there is no picture."""

    step: Step
    shown: str = ""


def try_images(settings: ImageSettings) -> Iterator[Step]:
    """The steps in their order, up to the first that fails."""
    tried = _runware(settings) if settings.provider == "runware" else _openai(settings)
    for step in tried:
        yield step
        if step.outcome is Outcome.FAILS:
            return
    yield unknown("Pictures", _NO_PICTURE)


def make_picture(settings: ImageSettings) -> MadePicture:
    """Have one small picture made, for money, and look whether it is one."""
    seconds = min(settings.timeout_seconds, PICTURE_SECONDS)
    painter = image_provider(replace(settings, timeout_seconds=seconds))
    answer, ms = timed(partial(painter.draw, _brief()))
    if not isinstance(answer, ImageAnswer):
        return MadePicture(fails("Pictures", advised(answer), ms))
    from ...media import pictures  # Pillow, which the web process is without until now

    try:
        webp, (width, height) = pictures.clean_webp(answer.data)
    except MediaError as error:
        return MadePicture(fails("Pictures", error.message, ms))
    small = pictures.thumbnail(webp) or webp
    told = f" It cost ${answer.cost}, says the provider." if answer.cost else ""
    says = f"Here is one of {width} × {height} pixels.{told}"
    shown = f"data:image/webp;base64,{b64encode(small).decode()}"
    return MadePicture(works("Pictures", says, ms), shown)


def _openai(settings: ImageSettings) -> Iterator[Step]:
    listing = look_around(settings.base_url.rstrip("/"), settings.api_key)
    yield from listing.steps
    if not listing.reachable:
        return
    if listing.refused is not None:
        yield fails("Key", advised(listing.refused))
    elif not listing.key_works and settings.api_key:
        yield unknown("Key", "The server answers without it, too; a picture may need it.")
    yield listing.model_step(settings.model)


def _runware(settings: ImageSettings) -> Iterator[Step]:
    """It lists no models, but has a task that does nothing but look at the key."""
    host = urlsplit(settings.base_url).netloc
    reply, ms = timed(partial(send, "GET", settings.base_url, timeout=SECONDS))
    if isinstance(reply, ProviderError):
        yield fails("Reachable", advised(reply), ms)
        return
    yield works("Reachable", f"{host} answers.", ms)
    task = [{"taskType": "authentication", "apiKey": settings.api_key}]
    ask = partial(post_json, settings.base_url, task, key=settings.api_key, timeout=SECONDS)
    answer, ms = timed(ask)
    problem = _key_problem(answer, host, settings.api_key)
    if problem:
        yield fails("Key", problem, ms)
        return
    yield works("Key", "The key is accepted.", ms)
    yield unknown("Model", f"Runware does not list its models, so {settings.model} may be there.")


def _key_problem(answer: Any, host: str, key: str) -> str:
    """What Runware has against the key; empty when it only lacks the task that was given."""
    if isinstance(answer, Refusal) and not (answer.fatal or answer.retry):
        about = answer.words
    elif isinstance(answer, ProviderError):
        return advised(answer)
    else:
        errors = answer.get("errors") if isinstance(answer, dict) else None
        about = str(errors or "")
    if not re.search("key|auth", about, re.IGNORECASE):
        return ""
    return f"{host} does not accept the API key: {tidy(about, key)}"


def _brief() -> DrawImageBrief:
    return DrawImageBrief(
        image_id=0,
        kind=ImageKind.FEATURED,
        prompt="A red apple on a wooden table.",
        alt="A red apple",
        title="A test picture",
        cluster="Tests",
        width=SIDE,
        height=SIDE,
    )
