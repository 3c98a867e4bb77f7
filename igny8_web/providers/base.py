"""What every provider looks like to the pipeline, and the one error they raise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from pydantic import BaseModel

from .contracts import DrawImageBrief

Usage = dict[str, int]
"""Tokens, e.g. ``{"input": 812, "output": 1204}``; empty when nothing was counted."""


class ProviderError(Exception):
    """A call that gave no usable answer.

    ``message`` is for the person who reads the failed item. ``retry`` says whether the same
    request may succeed later (429, 5xx, timeout); ``retry_after`` in how many seconds, where the
    provider told it. ``fatal`` says that no further request can succeed until somebody acts
    (quota, key): the run pauses instead of failing every item. ``code`` is one word for
    machines, e.g. ``rate_limited``. ``cost`` is what the provider charged all the same, in US
    dollars, None where it did not say; ``usage`` the tokens it counted.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "failed",
        retry: bool = False,
        fatal: bool = False,
        retry_after: float | None = None,
        cost: Decimal | None = Decimal(0),
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.retry = retry
        self.fatal = fatal
        self.retry_after = retry_after
        self.cost = cost
        self.usage = usage or {}


@dataclass(frozen=True)
class Prompt:
    """A question in words, for a provider that reads them."""

    instructions: str
    """What to do: the system message."""
    data: str
    """What to do it with: fenced, so that nothing in it reads as an instruction."""
    version: str
    """Which wording it was, e.g. ``built-in:1f0c8a2b``."""


@dataclass(frozen=True)
class Earlier:
    """An answer to the same question that could not be used."""

    answer: str
    problem: str


@dataclass(frozen=True)
class Question:
    """What a stage asks of a text provider."""

    task: str
    """The stage's slug."""
    brief: BaseModel
    schema: type[BaseModel]
    """What the answer has to look like."""
    render: Callable[[], Prompt] = field(repr=False, compare=False)
    earlier: Earlier | None = None
    """Set when the question is asked once more, to have an answer repaired."""

    @cached_property
    def prompt(self) -> Prompt:
        """The question in words; made when first asked for."""
        return self.render()

    @property
    def in_words(self) -> str:
        """All that is sent, for a person to read."""
        parts = [self.prompt.instructions, self.prompt.data]
        if self.earlier:
            parts += [f"Answered before: {self.earlier.answer}", self.earlier.problem]
        return "\n\n".join(parts)


@dataclass(frozen=True)
class TextAnswer:
    """What a text provider said: plain JSON data, not yet validated, and what it cost."""

    data: dict[str, Any]
    cost: Decimal | None = Decimal(0)
    """US dollars; None where the provider did not say."""
    usage: Usage = field(default_factory=dict)


@dataclass(frozen=True)
class ImageAnswer:
    """The bytes of one picture, not yet verified, and what it cost."""

    data: bytes
    cost: Decimal | None = Decimal(0)
    """US dollars; None where the provider did not say."""
    usage: Usage = field(default_factory=dict)


class TextProvider(Protocol):
    """Answers the questions of the AI stages."""

    name: str
    """Recorded with each call, e.g. ``offline``."""
    model: str
    keywords_per_call: int
    """How many keywords one clustering call can take."""
    repairs: bool
    """Whether an unusable answer gets better when the provider is told what is wrong with it."""
    reads_prompts: bool
    """Whether it is asked in words; else it works from the brief alone."""
    in_parts: bool
    """Whether large work is given to it in parts: keywords by groups that were found beforehand,
    long articles section by section."""
    answer_seconds: float
    """How long one answer may take."""

    paid: bool
    """Whether somebody sends a bill for its answers."""

    def most(self, question: Question) -> Usage:
        """The tokens that one answer to the question takes at most; empty: none are counted."""
        ...

    def answer(self, question: Question) -> TextAnswer:
        """Answer the question. Raises ProviderError."""
        ...


class ImageProvider(Protocol):
    """Makes pictures."""

    name: str
    model: str

    paid: bool

    def size(self, brief: DrawImageBrief) -> str:
        """The size that it would be asked for, as the price table has it: ``1536x1024``."""
        ...

    def draw(self, brief: DrawImageBrief) -> ImageAnswer:
        """Make one picture of ``brief.width`` × ``brief.height`` pixels. Raises ProviderError."""
        ...
