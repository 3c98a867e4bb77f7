"""Colours as 8-bit sRGB triples, and how well one is read on another."""

from __future__ import annotations

Colour = tuple[int, int, int]


def from_hex(text: str) -> Colour:
    """``"c8553d"`` → ``(200, 85, 61)``."""
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``share`` 0 is all of ``first``, 1 all of ``second``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def luminance(colour: Colour) -> float:
    """Relative luminance from 0 to 1 as WCAG 2.2 defines it."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Colour, second: Colour) -> float:
    """The WCAG 2.2 contrast ratio, from 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
