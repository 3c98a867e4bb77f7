"""What a test of a connection tells: steps, each with its outcome in words and its time."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ...providers.base import ProviderError

SECONDS = 10.0
"""For one request: somebody is waiting in front of the page."""
Answer = TypeVar("Answer")


class Outcome(enum.StrEnum):
    """How a step went."""

    WORKS = "works"
    FAILS = "fails"
    UNKNOWN = "unknown"
    """Nothing speaks against it, but only using it would prove it."""


@dataclass(frozen=True)
class Step:
    """One thing that was looked at."""

    name: str
    outcome: Outcome
    says: str
    ms: int | None = None
    """Of the request that told it; None when an earlier one told it already."""


def works(name: str, says: str, ms: int | None = None) -> Step:
    """The step went well."""
    return Step(name, Outcome.WORKS, says, ms)


def fails(name: str, says: str, ms: int | None = None) -> Step:
    """The step failed; ``says`` has the advice."""
    return Step(name, Outcome.FAILS, says, ms)


def unknown(name: str, says: str, ms: int | None = None) -> Step:
    """The step cannot be taken without using the provider for real."""
    return Step(name, Outcome.UNKNOWN, says, ms)


def timed(ask: Callable[[], Answer]) -> tuple[Answer | ProviderError, int]:
    """What came of it, and the milliseconds it took."""
    started = time.perf_counter()
    try:
        found: Answer | ProviderError = ask()
    except ProviderError as error:
        found = error
    return found, round(1000 * (time.perf_counter() - started))
