"""Organic outlines: ridges of hills and the shores of blobs."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin, tau
from random import Random

from .canvas import Point


def ridge(
    rng: Random, width: float, base: float, swing: float, *, pointed: bool = False
) -> list[Point]:
    """A skyline from x = 0 to ``width`` around y = ``base``, ``swing`` high at most."""
    waves = [(rng.uniform(0.7, 1.3) * count, rng.uniform(0, tau)) for count in (0.8, 1.9, 4.3)]
    weights = (0.6, 0.28, 0.12)
    points = []
    for step in range(161):
        share = step / 160
        heights = [sin(tau * count * share + phase) for count, phase in waves]
        if pointed:
            heights = [1 - 2 * abs(height) ** 0.8 for height in heights]
        lift = sum(weight * height for weight, height in zip(weights, heights, strict=True))
        points.append((share * width, base - swing * lift))
    return points


@dataclass(frozen=True)
class Blob:
    """A round shape with a gently winding shore; larger ones of the same kind enclose it."""

    centre: Point
    bumps: tuple[tuple[int, float, float], ...]
    """Of each wave along the shore: how many, how deep (share of the radius), where."""

    @classmethod
    def random(cls, rng: Random, centre: Point, depth: float) -> Blob:
        """A blob whose shore swings by about ``depth`` of its radius."""
        return cls(
            centre,
            tuple(
                (count, depth * rng.uniform(0.5, 1) / count**0.7, rng.uniform(0, tau))
                for count in (2, 3, 5)
            ),
        )

    def shore(self, radius: float, twist: float = 0) -> list[Point]:
        """The closed outline at ``radius``; ``twist`` in radians lets the bumps wander."""
        x, y = self.centre
        points = []
        for step in range(180):
            angle = tau * step / 180
            reach = radius * (
                1 + sum(d * cos(n * angle + at + twist * (n - 3.4)) for n, d, at in self.bumps)
            )
            points.append((x + reach * cos(angle), y + reach * sin(angle)))
        return points
