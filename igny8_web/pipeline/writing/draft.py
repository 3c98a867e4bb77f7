"""What is there of an article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ...providers.base import ProviderError
from ...providers.contracts import SectionIn, WriteContentAnswer
from ..tools import Tools


@dataclass(frozen=True)
class Draft:
    """A draft whose HTML is safe."""

    answer: WriteContentAnswer
    html: str
    written_by: str
    """Provider and model."""
    prompt_version: str | None
    """Of the prompt that decided what stands in it."""
    short: tuple[SectionIn, ...] = ()
    """What each part says; the introduction has no heading."""
    questions: tuple[str, ...] = ()
    """That were planned for its FAQ and are not answered yet."""


def author(tools: Tools) -> str:
    """Who writes for these tools: ``openai/gpt-5-mini``."""
    return f"{tools.text.name}/{tools.text.model}"


@contextmanager
def named(part: str) -> Iterator[None]:
    """Say of which part of the article there is no answer, unless nothing can be asked at all."""
    try:
        yield
    except ProviderError as error:
        if not error.fatal:
            error.message = f"{part}: {error.message}"
        raise
