"""What every composition is given to work with."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .canvas import Box, Canvas
from .colour import Colour, mix
from .palettes import Palette


@dataclass(frozen=True)
class Scene:
    """A canvas, the colours to use, and where the picture is to happen."""

    canvas: Canvas
    palette: Palette
    rng: Random
    stage: Box
    """Where the interest belongs; the rest stays calm because a title is set there."""
    dark: bool
    """Whether the ground is night or paper."""

    @property
    def ground(self) -> Colour:
        """The colour of the calm part."""
        return self.palette.night if self.dark else self.palette.paper

    @property
    def beside(self) -> bool:
        """Whether the stage is only a part of the width, beside a title."""
        return self.stage.width < self.canvas.box.width

    @property
    def unit(self) -> float:
        """The length that strokes and gaps are measured by, in pixels."""
        return min(self.canvas.box.width, self.canvas.box.height) / 100

    def tint(self, colour: Colour, share: float) -> Colour:
        """``share`` of ``colour`` over the ground."""
        return mix(self.ground, colour, share)

    def shuffled_tones(self) -> list[Colour]:
        """The palette's tones in an order of this picture's own."""
        return self.rng.sample(self.palette.tones, k=len(self.palette.tones))
