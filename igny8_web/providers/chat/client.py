"""The client: a question becomes one chat completion."""

from __future__ import annotations

import json
import logging
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from ..base import Question, TextAnswer, Usage
from ..http import post_json
from ..reach import is_local
from ..settings import TextSettings
from ..trouble import Refusal
from .dialect import Dialect, dialect_of, remember
from .presets import Form, preset_for
from .reading import read_answer
from .room import THINKING, room_for
from .schema import strict_schema
from .served import first_model

log = logging.getLogger(__name__)

MOST_BYTES = 8 * 1024 * 1024
BYTES_A_TOKEN = 2


class Chat:
    """A text provider at the other end of an OpenAI-compatible API."""

    repairs = True
    reads_prompts = True
    in_parts = True

    def __init__(self, settings: TextSettings) -> None:
        self._settings = settings
        self._preset = preset_for(settings.base_url)
        self.name = self._preset.slug
        self.keywords_per_call = settings.keywords_per_call
        self.answer_seconds = settings.timeout_seconds
        self.paid = not is_local(settings.base_url)

    @cached_property
    def model(self) -> str:
        """As it was set, else the first that the server lists. Raises ProviderError."""
        if self._settings.model:
            return self._settings.model
        model = first_model(self._settings)
        log.info("%s is asked for %s, the first model that it lists", self.name, model)
        return model

    def most(self, question: Question) -> Usage:
        """Two bytes a token are more than any language needs; the answer has its limit."""
        asked = sum(len(message["content"].encode()) for message in messages(question))
        return {"input": asked // BYTES_A_TOKEN, "output": room_for(question.brief) + THINKING}

    def answer(self, question: Question) -> TextAnswer:
        """Ask, more simply where the server does not understand. Raises ProviderError."""
        place = self._settings.base_url, self.model
        dialect = dialect_of(*place, self._preset)
        while True:
            try:
                reply = self._post(self._body(question, dialect))
            except Refusal as refusal:
                simpler = dialect.simpler(refusal)
                if simpler is None:
                    raise
                log.info("%s/%s refused %s, trying %s", self.name, self.model, dialect, simpler)
                dialect = simpler
                continue
            remember(*place, dialect)
            host = urlsplit(self._settings.base_url).netloc
            return read_answer(host, reply, self._settings.api_key)

    def _post(self, body: dict[str, Any]) -> Any:
        return post_json(
            self._settings.base_url.rstrip("/") + "/chat/completions",
            body,
            key=self._settings.api_key,
            timeout=self._settings.timeout_seconds,
            most_bytes=MOST_BYTES,
        )

    def _body(self, question: Question, dialect: Dialect) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.model, "messages": messages(question)}
        if dialect.room:
            thinking = THINKING if dialect.room == "max_completion_tokens" else 0
            body[dialect.room] = room_for(question.brief) + thinking
        if dialect.form is Form.SCHEMA:
            form = {
                "name": question.task.replace("-", "_"),
                "strict": True,
                "schema": strict_schema(question.schema),
            }
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        elif dialect.form is Form.JSON:
            body["response_format"] = {"type": "json_object"}
        return body


def messages(question: Question) -> list[dict[str, str]]:
    """The schema is told in words too: some servers accept ``response_format`` and ignore it."""
    prompt, schema = question.prompt, json.dumps(strict_schema(question.schema))
    form = f"Answer with one JSON object and nothing else. It must fit this JSON Schema:\n{schema}"
    messages = [("system", f"{prompt.instructions}\n\n{form}"), ("user", prompt.data)]
    if question.earlier is not None:
        problem = (
            f"This answer cannot be used. {question.earlier.problem}\n"
            "Answer again: the whole JSON object, with this put right."
        )
        messages += [("assistant", question.earlier.answer), ("user", problem)]
    return [{"role": role, "content": content} for role, content in messages]
