"""What the peer was asked, and what a real provider would have charged for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request that got as far as the AI, and what became of it."""

    number: int
    """From 1, in the order in which the requests came."""
    kind: str
    """``chat``, ``image`` or ``runware``."""
    started: float
    """Monotonic seconds, as ``finished``."""
    task: str | None = None
    """The stage's slug, e.g. ``write-content``."""
    brief: dict[str, Any] | None = None
    model: str = ""
    repair: bool = False
    """Whether it asks to repair an earlier answer."""
    fault: str | None = None
    status: int = 0
    """Of HTTP; 0 when the connection was closed without an answer."""
    usage: dict[str, int] | None = None
    """What the provider counted, told or not; None when nothing was charged for tokens."""
    cost: Decimal = Decimal(0)
    """What the provider charges, in US dollars, whether or not the answer arrived."""
    answered: bool = False
    """Whether a whole 200 answer left, to somebody who was still there."""
    finished: float = 0.0


class Record:
    """All calls of one peer. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[int, Call] = {}
        self._numbers = 0
        self.in_flight = 0
        """Calls that came and were not answered yet."""
        self.most_in_flight = 0

    @property
    def calls(self) -> list[Call]:
        """Those that are over, in the order in which they came."""
        with self._lock:
            return [self._calls[number] for number in sorted(self._calls)]

    def begin(self) -> int:
        """Count a call in and number it."""
        with self._lock:
            self._numbers += 1
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            return self._numbers

    def end(self, call: Call) -> None:
        """Keep a call, just before its answer leaves: who has the answer finds the call here."""
        with self._lock:
            self.in_flight -= 1
            self._calls[call.number] = call

    def undelivered(self, number: int) -> None:
        """Say that the answer did not leave after all."""
        with self._lock:
            self._calls[number] = replace(self._calls[number], answered=False)
