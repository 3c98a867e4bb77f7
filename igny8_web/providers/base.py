"""What every provider looks like to the pipeline, and the one error they raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from pydantic import BaseModel

from .contracts import DrawImageBrief


class ProviderError(Exception):
    """A call that gave no usable answer.

    ``message`` is for the person who reads the failed item. ``retry`` says whether the same
    request may succeed later (429, 5xx, timeout). ``fatal`` says that no further request can
    succeed until somebody acts (quota, key): the run pauses instead of failing every item.
    ``cost`` is what the provider charged all the same, in US dollars.
    """

    def __init__(
        self,
        message: str,
        *,
        retry: bool = False,
        fatal: bool = False,
        cost: Decimal = Decimal(0),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry = retry
        self.fatal = fatal
        self.cost = cost


@dataclass(frozen=True)
class TextAnswer:
    """What a text provider said: plain JSON data, not yet validated, and what it cost."""

    data: dict[str, Any]
    cost: Decimal = Decimal(0)
    """US dollars."""
    usage: dict[str, int] = field(default_factory=dict)
    """Tokens, e.g. ``{"input": 812, "output": 1204}``; empty when nothing was charged."""


@dataclass(frozen=True)
class ImageAnswer:
    """The bytes of one picture, not yet verified, and what it cost in US dollars."""

    data: bytes
    cost: Decimal = Decimal(0)


class TextProvider(Protocol):
    """Answers the briefs of the AI stages."""

    name: str
    """Recorded with each call, e.g. ``offline``."""
    model: str
    keywords_per_call: int
    """How many keywords one clustering call can take."""

    def answer(self, task: str, brief: BaseModel) -> TextAnswer:
        """Answer ``brief`` for the stage with slug ``task``. Raises ProviderError."""
        ...


class ImageProvider(Protocol):
    """Makes pictures."""

    name: str
    model: str

    def draw(self, brief: DrawImageBrief) -> ImageAnswer:
        """Make one picture of ``brief.width`` × ``brief.height`` pixels. Raises ProviderError."""
        ...
