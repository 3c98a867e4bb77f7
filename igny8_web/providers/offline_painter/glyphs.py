"""Small pictures of things, cut from paper in the palette of the topic."""

from __future__ import annotations

from math import cos, hypot, pi, sin, tau

from .canvas import Point
from .colour import mix
from .hand import Hand


def cup(hand: Hand) -> None:
    """A steaming cup on a saucer."""
    p = hand.palette
    hand.ring(0.62, 0.16, 0.36, 0.12, p.paper)
    hand.slab((-0.9, 0.78, 0.9, 0.9), p.shade, 0.06)
    bowl = [(0.72 * cos(pi * n / 40), -0.2 + 0.98 * sin(pi * n / 40) ** 0.7) for n in range(41)]
    hand.shape(bowl, p.paper)
    shaded = [(x, y) for x, y in bowl if x < 0] + [(0.6 * x, y) for x, y in reversed(bowl) if x < 0]
    hand.shape(shaded, mix(p.paper, p.haze, 0.5))
    hand.slab((-0.72, -0.26, 0.72, -0.12), p.shade, 0.07)
    for x in (-0.32, 0.0, 0.32):
        steam = [(x + 0.07 * sin(tau * n / 20), -0.42 - 0.5 * n / 20) for n in range(21)]
        hand.line(steam, 0.07, p.spark)


def pot_plant(hand: Hand) -> None:
    """Leaves in a clay pot."""
    p = hand.palette
    for angle, length, fill in (
        (-1.0, 0.95, p.shade),
        (1.0, 0.95, p.body),
        (-0.5, 1.2, p.body),
        (0.5, 1.2, p.shade),
        (0.0, 1.35, mix(p.body, p.haze, 0.45)),
    ):
        hand.shape(_leaf((0, 0.35), angle, length, 0.2), fill)
    hand.shape([(-0.5, 0.35), (0.5, 0.35), (0.36, 0.95), (-0.36, 0.95)], p.spark)
    hand.slab((-0.58, 0.24, 0.58, 0.42), mix(p.spark, p.night, 0.2), 0.04)


def _leaf(foot: Point, angle: float, length: float, width: float) -> list[Point]:
    """A pointed leaf that grows from ``foot``, ``angle`` radians off the vertical."""
    side = [(width * sin(pi * n / 16) ** 1.2, length * n / 16) for n in range(17)]
    outline = side + [(-x, y) for x, y in reversed(side)]
    return [
        (foot[0] + x * cos(angle) + y * sin(angle), foot[1] + x * sin(angle) - y * cos(angle))
        for x, y in outline
    ]


def dumbbell(hand: Hand) -> None:
    """A dumbbell from the front."""
    p = hand.palette
    hand.slab((-0.7, -0.07, 0.7, 0.07), p.haze, 0.05)
    for side in (-1, 1):
        for near, far, half, fill in (
            (0.34, 0.56, 0.56, p.spark),
            (0.58, 0.76, 0.42, p.shade),
            (0.78, 0.9, 0.24, p.body),
        ):
            left, right = sorted((side * near, side * far))
            hand.slab((left, -half, right, half), fill, 0.07)


def bicycle(hand: Hand) -> None:
    """A bicycle from the side."""
    p = hand.palette
    for x in (-0.58, 0.58):
        hand.ring(x, 0.35, 0.42, 0.07, p.shade)
        hand.disc(x, 0.35, 0.08, p.shade)
    frame = [(-0.58, 0.35), (-0.2, -0.2), (0.38, -0.2), (-0.05, 0.35), (-0.58, 0.35)]
    hand.line(frame, 0.08, p.spark)
    hand.line([(-0.05, 0.35), (-0.27, -0.38)], 0.08, p.spark)
    hand.line([(0.58, 0.35), (0.34, -0.46), (0.56, -0.52)], 0.08, p.spark)
    hand.line([(-0.42, -0.4), (-0.12, -0.4)], 0.12, p.shade)


def house(hand: Hand) -> None:
    """A house with a chimney."""
    p = hand.palette
    hand.slab((0.34, -0.66, 0.54, -0.1), p.shade)
    hand.slab((-0.66, -0.1, 0.66, 0.85), p.paper)
    hand.shape([(-0.9, -0.06), (0, -0.82), (0.9, -0.06)], p.spark)
    hand.slab((-0.16, 0.3, 0.2, 0.85), p.body, 0.04)
    for x in (-0.5, 0.34):
        hand.slab((x, 0.1, x + 0.2, 0.34), p.glow, 0.02)


def chart(hand: Hand) -> None:
    """Growing columns under a rising line."""
    p = hand.palette
    for number, (top, fill) in enumerate(
        ((0.4, p.haze), (0.12, p.glow), (-0.16, p.body), (-0.5, p.shade))
    ):
        left = -0.86 + number * 0.46
        hand.slab((left, top, left + 0.34, 0.85), fill, 0.05)
    hand.line([(-0.7, 0.1), (-0.24, -0.2), (0.22, -0.46), (0.72, -0.86)], 0.08, p.spark)
    hand.disc(0.72, -0.86, 0.12, p.spark)


def books(hand: Hand) -> None:
    """A stack of books."""
    p = hand.palette
    for top, left, right, fill in (
        (0.5, -0.85, 0.8, p.shade),
        (0.14, -0.7, 0.86, p.spark),
        (-0.22, -0.8, 0.66, p.body),
    ):
        hand.slab((left, top, right, top + 0.34), fill, 0.05)
        hand.slab((left + 0.14, top + 0.07, right + 0.02, top + 0.27), p.paper, 0.02)
    hand.slab((-0.5, -0.52, 0.6, -0.24), p.haze, 0.05)


def camera(hand: Hand) -> None:
    """A camera from the front."""
    p = hand.palette
    hand.slab((-0.3, -0.66, 0.3, -0.2), p.shade, 0.08)
    hand.slab((-0.92, -0.46, 0.92, 0.66), p.body, 0.14)
    hand.slab((-0.92, -0.18, 0.92, 0.0), p.glow)
    for radius, fill in ((0.5, p.paper), (0.42, p.shade), (0.28, p.night), (0.1, p.haze)):
        hand.disc(0, 0.1, radius, fill)
    hand.disc(0.7, -0.31, 0.07, p.spark)


def paw(hand: Hand) -> None:
    """The print of a paw."""
    p = hand.palette
    for x, y, radius in (
        (-0.66, -0.08, 0.19),
        (-0.26, -0.5, 0.22),
        (0.26, -0.5, 0.22),
        (0.66, -0.08, 0.19),
    ):
        hand.disc(x, y, radius, p.spark)
    pad = [
        (0.52 * cos(tau * n / 60) * (1 + 0.12 * sin(tau * n / 60)), 0.34 + 0.4 * sin(tau * n / 60))
        for n in range(60)
    ]
    hand.shape(pad, p.spark)


def moon(hand: Hand) -> None:
    """A crescent with three stars."""
    p = hand.palette
    outer = [(0.75 * cos(a), 0.75 * sin(a)) for a in (0.9 + 4.4 * n / 60 for n in range(61))]
    (end_x, end_y), (start_x, start_y) = outer[-1], outer[0]
    bulge = 0.55 * hypot(end_x - start_x, end_y - start_y)
    inner = [
        (
            (start_x + end_x) / 2 - bulge * sin(pi * n / 40),
            end_y + (start_y - end_y) * (1 - cos(pi * n / 40)) / 2,
        )
        for n in range(41)
    ]
    hand.shape(outer + inner, p.body)
    for x, y, size in ((0.5, -0.1, 0.17), (0.78, -0.55, 0.12), (0.3, 0.34, 0.1)):
        star = []
        for n in range(8):
            reach = size * (0.32 if n % 2 else 1)
            star.append((x + reach * sin(tau * n / 8), y - reach * cos(tau * n / 8)))
        hand.shape(star, p.spark)


def lens(hand: Hand) -> None:
    """A magnifying glass over lines of text."""
    p = hand.palette
    hand.line([(0.3, 0.3), (0.8, 0.8)], 0.2, p.shade)
    hand.disc(-0.14, -0.14, 0.6, p.spark)
    hand.disc(-0.14, -0.14, 0.46, p.paper)
    for y, right in ((-0.32, 0.16), (-0.14, 0.04), (0.04, 0.12)):
        hand.line([(-0.4, y), (right, y)], 0.07, p.body)


def envelope(hand: Hand) -> None:
    """A sealed envelope."""
    p = hand.palette
    hand.slab((-0.9, -0.55, 0.9, 0.65), p.paper)
    hand.shape([(-0.9, 0.65), (-0.1, 0.0), (0.1, 0.0), (0.9, 0.65)], p.haze)
    hand.shape([(-0.9, -0.55), (0.9, -0.55), (0.1, 0.16), (-0.1, 0.16)], p.glow)
    hand.disc(0, 0.1, 0.17, p.spark)


def peaks(hand: Hand) -> None:
    """Two mountains, one with snow."""
    p = hand.palette
    hand.disc(0.5, -0.55, 0.24, p.spark)
    hand.shape([(-0.1, 0.75), (0.5, -0.25), (1.05, 0.75)], p.body)
    hand.shape([(-1.05, 0.75), (-0.25, -0.7), (0.6, 0.75)], p.shade)
    hand.shape(
        [
            (-0.25, -0.7),
            (-0.53, -0.19),
            (-0.36, -0.26),
            (-0.22, -0.12),
            (-0.08, -0.28),
            (0.05, -0.19),
        ],
        p.paper,
    )


def laptop(hand: Hand) -> None:
    """A laptop with lines of code."""
    p = hand.palette
    hand.slab((-0.74, -0.6, 0.74, 0.42), p.shade, 0.08)
    hand.slab((-0.65, -0.51, 0.65, 0.33), p.paper, 0.03)
    hand.slab((-1.0, 0.44, 1.0, 0.58), p.body, 0.07)
    for left, right, y, fill in (
        (-0.5, -0.1, -0.32, p.spark),
        (-0.36, 0.3, -0.14, p.body),
        (-0.36, 0.1, 0.04, p.glow),
        (-0.5, -0.24, 0.2, p.spark),
    ):
        hand.line([(left, y), (right, y)], 0.07, fill)
