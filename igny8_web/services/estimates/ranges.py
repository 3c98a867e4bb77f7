"""From … to …: nobody knows beforehand what a run costs, and one figure would pretend to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Range:
    """The least and the most that is expected; neither is below 0."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __mul__(self, other: Range) -> Range:
        return Range(self.low * other.low, self.high * other.high)

    def __truediv__(self, by: int) -> Range:
        return Range(self.low / by, self.high / by)

    def __bool__(self) -> bool:
        return self.high > 0

    def whole(self) -> Range:
        """In whole things: the least rounded down, the most up; of something at least one."""
        low, high = math.floor(self.low), math.ceil(self.high)
        return Range(Decimal(max(low, 1) if self.low else low), Decimal(high))

    def at_least(self, other: Range) -> Range:
        """The larger one at each end."""
        return Range(max(self.low, other.low), max(self.high, other.high))


NOTHING = Range()


def between(low: float | str, high: float | str) -> Range:
    """From ``low`` to ``high``."""
    return Range(Decimal(str(low)), Decimal(str(high)))


def exactly(value: Decimal | int) -> Range:
    """A value that is known."""
    return Range(Decimal(value), Decimal(value))


def about(value: Decimal) -> Range:
    """A value that was measured: the next time it is somewhat different."""
    return Range(value * Decimal("0.8"), value * Decimal("1.25"))
