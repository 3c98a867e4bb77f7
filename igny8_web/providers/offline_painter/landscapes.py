"""Compositions with a horizon: they fill the picture's foot and leave a sky."""

from __future__ import annotations

from math import cos, radians, sin

from .canvas import Fade
from .colour import Colour, mix
from .outlines import ridge
from .scene import Scene


def hills(scene: Scene) -> None:
    """Ridges behind ridges in the haze, under a low sun."""
    canvas, palette, rng, stage = scene.canvas, scene.palette, scene.rng, scene.stage
    width, height = canvas.box.width, canvas.box.height
    low = scene.tint(palette.body, 0.42) if scene.dark else scene.tint(palette.glow, 0.6)
    canvas.ground(Fade(scene.ground, low))
    _sun(scene, stage.left + stage.width * rng.uniform(0.6, 0.85))

    far = mix(palette.haze, low, 0.35) if not scene.dark else mix(palette.body, palette.haze, 0.35)
    near = palette.night
    pointed = rng.random() < 0.4
    layers = 6
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = stage.top + stage.height * (0.2 + 0.68 * depth)
        swing = stage.height * (0.16 - 0.06 * depth)
        line = ridge(rng, width, base, swing, pointed=pointed and layer < 4)
        colour = _through(far, palette.body, palette.shade, near, depth)
        shape = canvas.shape([*line, (width, height), (0, height)])
        canvas.paint(shape, Fade(colour, mix(colour, low, 0.3)))


def waves(scene: Scene) -> None:
    """Sheets of cut paper that roll across the foot of the picture, one over the other."""
    canvas, rng, stage = scene.canvas, scene.rng, scene.stage
    palette = scene.palette
    width, height = canvas.box.width, canvas.box.height
    canvas.ground(Fade(scene.ground, scene.tint(palette.haze, 0.3)))
    _sun(scene, stage.left + stage.width * rng.uniform(0.62, 0.86))
    sheets = [palette.haze, palette.glow, palette.spark, palette.body, palette.shade]
    if rng.random() < 0.5:
        sheets[1], sheets[2] = sheets[2], sheets[1]
    for number, colour in enumerate(sheets):
        base = stage.top + stage.height * (0.24 + 0.17 * number)
        line = ridge(rng, width, base, stage.height * 0.15)
        float_by = scene.unit * 3.4
        shape = canvas.shape([*line, (width, height), (0, height)], margin=float_by * 2)
        canvas.paint(shape, Fade(colour, mix(colour, palette.night, 0.2)), shadow=float_by)


def rays(scene: Scene) -> None:
    """A rising sun whose rays cross the whole sky."""
    canvas, palette, rng, stage = scene.canvas, scene.palette, scene.rng, scene.stage
    width, height = canvas.box.width, canvas.box.height
    x, y = stage.at(rng.uniform(0.6, 0.8), rng.uniform(0.7, 0.78))
    canvas.ground(Fade(scene.ground, scene.tint(palette.glow, 0.28)))
    count = rng.choice((22, 26, 30))
    step = 360 / count
    turn = rng.uniform(0, step)
    beams = canvas.stencil()
    for beam in range(count):
        start = turn + beam * step
        beams.wedge(x, y, width * 1.4, start, start + step / 2)
    canvas.paint(beams, scene.tint(palette.glow if not scene.dark else palette.body, 0.30))

    radius = stage.height * rng.uniform(0.46, 0.54)
    for share, colour in (
        (1.0, palette.haze),
        (0.8, palette.glow),
        (0.6, palette.spark),
        (0.4, palette.body),
    ):
        canvas.paint(canvas.disc(x, y, radius * share), colour)
    dots = canvas.stencil()
    for beam in range(count):
        angle = radians(turn + (beam + 0.25) * step)
        reach = radius * 1.18
        dots.disc(x + reach * cos(angle), y + reach * sin(angle), scene.unit * 0.6)
    canvas.paint(dots, palette.spark)
    for number, colour in enumerate((palette.body, palette.shade, palette.night)):
        line = ridge(rng, width, y + stage.height * (0.02 + 0.11 * number), stage.height * 0.06)
        shape = canvas.shape([*line, (width, height), (0, height)])
        canvas.paint(shape, Fade(colour, mix(colour, palette.night, 0.3)))


def _sun(scene: Scene, x: float) -> None:
    """A disc in two soft halos, half above the horizon."""
    canvas, palette, stage = scene.canvas, scene.palette, scene.stage
    y = stage.top + stage.height * scene.rng.uniform(0.1, 0.18)
    radius = min(stage.height, stage.width) * scene.rng.uniform(0.16, 0.22)
    for reach, opacity in ((1.9, 0.12), (1.4, 0.2)):
        canvas.paint(canvas.disc(x, y, radius * reach), palette.glow, opacity=opacity)
    canvas.paint(canvas.disc(x, y, radius), Fade(palette.glow, palette.spark))


def _through(a: Colour, b: Colour, c: Colour, d: Colour, share: float) -> Colour:
    """Along the three legs a → b → c → d."""
    leg = min(2, int(share * 3))
    start, end = ((a, b), (b, c), (c, d))[leg]
    return mix(start, end, share * 3 - leg)
