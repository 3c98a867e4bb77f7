"""What came of it."""

from __future__ import annotations

from dataclasses import dataclass

MOST_PLACES = 5
"""Of the places where a point is not met, how many are named."""


@dataclass(frozen=True)
class Point:
    """One line of the checklist."""

    slug: str
    label: str
    """What is wanted, e.g. ``Keywords covered``."""
    met: float
    """From 0 to 1."""
    says: str
    """What was found, in a sentence."""
    where: tuple[str, ...] = ()
    """The places to look at, each in words."""
    must: bool = False
    """Whether nobody may overlook it."""
    weight: int = 10

    @property
    def passed(self) -> bool:
        """Whether there is nothing left to do."""
        return self.met >= 1


@dataclass(frozen=True)
class Report:
    """All points, in reading order."""

    points: tuple[Point, ...]

    @property
    def score(self) -> int:
        """Of 100: the weighted share of what is met, rounded down."""
        whole = sum(point.weight for point in self.points)
        return int(100 * sum(point.weight * point.met for point in self.points) / whole)

    @property
    def musts_failed(self) -> tuple[Point, ...]:
        """The points that keep it from being approved by accident."""
        return tuple(point for point in self.points if point.must and not point.passed)


def shown(places: list[str]) -> tuple[str, ...]:
    """The first places, and how many more there are."""
    more = len(places) - MOST_PLACES
    return (*places[:MOST_PLACES], *([f"and {more} more"] if more > 0 else []))
