"""A picture being painted: smooth shapes, soft shadows, gradients and grain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .colour import Colour

Point = tuple[float, float]

SAMPLES = 4
"""Each pixel of a shape's edge is the mean of 4 × 4 samples."""


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    def at(self, x: float, y: float) -> Point:
        """The point at a share of the width and a share of the height."""
        return self.left + x * self.width, self.top + y * self.height


@dataclass(frozen=True)
class Fade:
    """A fill that goes from one colour at a shape's top to another at its bottom."""

    top: Colour
    bottom: Colour


Fill = Colour | Fade


class Stencil:
    """Shapes cut out of a rectangle of the canvas, to be painted through."""

    def __init__(self, left: int, top: int, right: int, bottom: int) -> None:
        self.left, self.top = left, top
        self._fine = Image.new("L", ((right - left) * SAMPLES, (bottom - top) * SAMPLES))
        self._draw = ImageDraw.Draw(self._fine)

    def polygon(self, points: Sequence[Point], *, cut: bool = True) -> Stencil:
        """Cut out a filled outline; ``cut=False`` closes the hole again."""
        self._draw.polygon([self._fine_point(p) for p in points], fill=255 * cut)
        return self

    def disc(self, x: float, y: float, radius: float, *, cut: bool = True) -> Stencil:
        """Cut out a disc."""
        self._draw.ellipse(self._around(x, y, radius), fill=255 * cut)
        return self

    def ring(self, x: float, y: float, radius: float, width: float) -> Stencil:
        """Cut out a ring that lies inside ``radius``."""
        line = max(1, round(width * SAMPLES))
        self._draw.ellipse(self._around(x, y, radius), outline=255, width=line)
        return self

    def wedge(self, x: float, y: float, radius: float, start: float, end: float) -> Stencil:
        """Cut out a slice of a disc, in degrees clockwise from three o'clock."""
        self._draw.pieslice(self._around(x, y, radius), start, end, fill=255)
        return self

    def rectangle(self, box: Box, *, rounded: float = 0, cut: bool = True) -> Stencil:
        """Cut out a rectangle with corners of radius ``rounded``."""
        (x0, y0), (x1, y1) = self._fine_point(box[:2]), self._fine_point(box[2:])
        self._draw.rounded_rectangle(
            (x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), rounded * SAMPLES, fill=255 * cut
        )
        return self

    def line(self, points: Sequence[Point], width: float) -> Stencil:
        """Cut out a line with smooth joints."""
        self._draw.line(
            [self._fine_point(p) for p in points],
            fill=255,
            width=max(1, round(width * SAMPLES)),
            joint="curve",
        )
        return self

    def mask(self) -> Image.Image:
        """The stencil in canvas pixels."""
        return self._fine.reduce(SAMPLES)

    def _fine_point(self, point: Point) -> Point:
        return (point[0] - self.left) * SAMPLES, (point[1] - self.top) * SAMPLES

    def _around(self, x: float, y: float, radius: float) -> tuple[float, float, float, float]:
        left, top = self._fine_point((x - radius, y - radius))
        right, bottom = self._fine_point((x + radius, y + radius))
        return left, top, max(left, right - 1), max(top, bottom - 1)


class Canvas:
    """The picture, and the tools that change it."""

    def __init__(self, width: int, height: int) -> None:
        self.box = Box(0, 0, width, height)
        self.image = Image.new("RGB", (width, height))

    def ground(self, fill: Fill) -> None:
        """Cover everything."""
        self.image.paste(_filled(fill, self.image.size), (0, 0))

    def stencil(self, box: Box | None = None) -> Stencil:
        """An uncut stencil for ``box``, or as much of it as lies on the canvas."""
        left, top, right, bottom = box or self.box
        x0, y0 = max(0, int(left)), max(0, int(top))
        x1, y1 = min(self.image.width, int(right) + 1), min(self.image.height, int(bottom) + 1)
        return Stencil(x0, y0, max(x0 + 1, x1), max(y0 + 1, y1))

    def disc(self, x: float, y: float, radius: float) -> Stencil:
        """A stencil just large enough for the disc that is cut out of it."""
        box = Box(x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1)
        return self.stencil(box).disc(x, y, radius)

    def shape(self, points: Sequence[Point], *, margin: float = 1) -> Stencil:
        """A stencil just large enough for the outline that is cut out of it, and ``margin``."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = Box(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)
        return self.stencil(box).polygon(points)

    def paint(
        self,
        stencil: Stencil,
        fill: Fill,
        *,
        opacity: float = 1,
        shadow: float = 0,
        multiply: bool = False,
    ) -> None:
        """Paint through a stencil.

        ``shadow`` is how far the shape floats above what is below it, in pixels.
        ``multiply`` lets what is below shine through like glazed colour.
        """
        mask = stencil.mask()
        if shadow:
            self._cast_shadow(mask, stencil, shadow)
        if opacity < 1:
            mask = mask.point([round(v * opacity) for v in range(256)])
        paint = _filled(fill, mask.size)
        if multiply:
            under = self.image.crop(
                (stencil.left, stencil.top, stencil.left + mask.width, stencil.top + mask.height)
            )
            paint = ImageChops.multiply(under, paint)
        self.image.paste(paint, (stencil.left, stencil.top), mask)

    def grain(self, rng: Random, strength: float) -> None:
        """Lay fine noise over everything, up to ``strength`` levels of 255 up or down."""
        size = self.image.size
        noise = Image.frombytes("L", size, rng.randbytes(size[0] * size[1]))
        # Soft light changes a middle tone by about half of the noise's distance from grey.
        noise = noise.point([round(128 + (v - 127.5) / 127.5 * strength * 2) for v in range(256)])
        self.image = ImageChops.soft_light(self.image, Image.merge("RGB", (noise,) * 3))

    def _cast_shadow(self, mask: Image.Image, stencil: Stencil, height: float) -> None:
        # A shadow has no detail: an eighth of the resolution is enough.
        small = mask.reduce(8).filter(ImageFilter.GaussianBlur(height / 8))
        soft = small.resize(mask.size, Image.Resampling.BICUBIC).point(
            [round(v * 0.38) for v in range(256)]
        )
        offset = (stencil.left, stencil.top + round(height * 0.4))
        self.image.paste((12, 8, 14), offset, soft)


def _filled(fill: Fill, size: tuple[int, int]) -> Image.Image:
    if not isinstance(fill, Fade):
        return Image.new("RGB", size, fill)
    slope = Image.linear_gradient("L").resize(size, Image.Resampling.BILINEAR)
    return Image.composite(
        Image.new("RGB", size, fill.bottom), Image.new("RGB", size, fill.top), slope
    )
