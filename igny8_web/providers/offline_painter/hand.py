"""Cutting shapes to the measure of a small square, so that a glyph can be drawn at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .canvas import Box, Canvas, Point, Stencil
from .colour import Colour
from .palettes import Palette


@dataclass(frozen=True)
class Hand:
    """Cuts shapes in a square from (-1, -1) to (1, 1) around (x, y), ``size`` pixels a unit."""

    canvas: Canvas
    palette: Palette
    x: float
    y: float
    size: float

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A disc."""
        self._lay(self._sheet().disc(*self._at(x, y), radius * self.size), fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: Colour) -> None:
        """A ring of ``width`` inside ``radius``."""
        stencil = self._sheet().ring(*self._at(x, y), radius * self.size, width * self.size)
        self._lay(stencil, fill)

    def slab(self, box: Sequence[float], fill: Colour, rounded: float = 0) -> None:
        """A rectangle (left, top, right, bottom) with round corners."""
        left, top, right, bottom = box
        stencil = self._sheet().rectangle(
            Box(*self._at(left, top), *self._at(right, bottom)), rounded=rounded * self.size
        )
        self._lay(stencil, fill)

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled outline."""
        self._lay(self._sheet().polygon([self._at(*p) for p in points]), fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """A line with round ends."""
        sheet = self._sheet().line([self._at(*p) for p in points], width * self.size)
        for end in (points[0], points[-1]):
            sheet.disc(*self._at(*end), width * self.size / 2)
        self._lay(sheet, fill)

    def _at(self, x: float, y: float) -> Point:
        return self.x + x * self.size, self.y + y * self.size

    def _sheet(self) -> Stencil:
        return self.canvas.stencil(Box(*self._at(-1.3, -1.3), *self._at(1.3, 1.3)))

    def _lay(self, stencil: Stencil, fill: Colour) -> None:
        self.canvas.paint(stencil, fill)
