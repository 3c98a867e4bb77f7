"""Trying a text provider: one short question in a given form, which costs a fraction of a cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from pydantic import BaseModel, ValidationError

from ...providers.base import Prompt, ProviderError, Question
from ...providers.chat import Chat
from ...providers.chat.dialect import dialect_of
from ...providers.chat.presets import Form, preset_for
from ...providers.chat.served import first_model
from ...providers.settings import TextSettings
from .advice import advised
from .listing import Listing, look_around
from .steps import SECONDS, Step, fails, timed, unknown, works

TASK = "test-connection"
_FORMS = {
    Form.SCHEMA: "The server makes the model keep to the form of an answer (JSON schema).",
    Form.JSON: "The server makes the model answer in JSON; its form is told in words.",
    Form.PROSE: "The form is told in words, and the model keeps to it.",
}
_SPOKEN = ("refused", "filtered", "truncated")
"""Codes of errors that only a model can cause."""


class Ready(BaseModel):
    """What the model is asked for."""

    ready: bool


class Nothing(BaseModel):
    """What it is told about."""


def try_text(settings: TextSettings) -> Iterator[Step]:
    """The steps in their order, up to the first that fails."""
    listing = look_around(settings.base_url.rstrip("/"), settings.api_key)
    yield from listing.steps
    if not listing.reachable:
        return
    if not settings.model:
        found, ms = timed(partial(first_model, settings))
        if isinstance(found, ProviderError):
            yield fails("Model", advised(found), ms)
            return
        settings = replace(settings, model=found)
    yield from _ask(settings, listing)


def _ask(settings: TextSettings, listing: Listing) -> Iterator[Step]:
    chat = Chat(replace(settings, timeout_seconds=SECONDS))
    answer, ms = timed(partial(chat.answer, _question()))
    if isinstance(answer, ProviderError):
        yield from _trouble(settings, listing, answer, ms)
        return
    yield from _proven(settings, listing)
    try:
        Ready.model_validate(answer.data)
    except ValidationError:
        yield fails(
            "Answer",
            "The model answered with JSON, but not in the form it was told. A larger model would.",
            ms,
        )
        return
    form = dialect_of(settings.base_url, settings.model, preset_for(settings.base_url)).form
    yield works("Answer", _FORMS[form], ms)


def _trouble(
    settings: TextSettings, listing: Listing, error: ProviderError, ms: int
) -> Iterator[Step]:
    """The step that failed, after those that are known to have worked."""
    says = advised(error)
    match error.code:
        case "bad_key" | "forbidden":
            yield fails("Key", says if settings.api_key else f"The server wants a key. {says}", ms)
        case "no_quota":
            yield from _key_proven(settings, listing)
            yield fails("Credit", says, ms)
        case "unknown_model":
            yield from _key_proven(settings, listing)
            yield fails("Model", listing.model_step(settings.model).says + " " + says, ms)
        case "bad_address":
            yield fails("Address", says, ms)
        case code if code in _SPOKEN or error.usage:  # tokens were counted: a model spoke
            yield from _proven(settings, listing)
            yield fails("Answer", says, ms)
        case _:
            if settings.api_key and not listing.key_works:
                yield unknown("Key", "It could not be tried.")
            yield listing.model_step(settings.model)
            yield fails("Answer", says, ms)


def _proven(settings: TextSettings, listing: Listing) -> Iterator[Step]:
    yield from _key_proven(settings, listing)
    yield listing.model_step(settings.model, answered=True)


def _key_proven(settings: TextSettings, listing: Listing) -> Iterator[Step]:
    if not listing.key_works:
        yield works("Key", "The key is accepted." if settings.api_key else "No key is needed.")


def _question() -> Question:
    prompt = Prompt(
        f"Task: {TASK}\n\nSay whether you are ready, by setting ready to true.",
        "Are you ready?",
        "built-in",
    )
    return Question(TASK, Nothing(), Ready, lambda: prompt)
