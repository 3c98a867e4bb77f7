"""Compositions that grow around one or two centres on the stage."""

from __future__ import annotations

from math import cos, sin, tau

from .canvas import Fade
from .colour import mix
from .outlines import Blob
from .scene import Scene


def paper_cut(scene: Scene) -> None:
    """Sheets of paper with winding edges, stacked around a centre."""
    canvas, palette, rng = scene.canvas, scene.palette, scene.rng
    canvas.ground(scene.ground)
    centre = scene.stage.at(rng.uniform(0.65, 0.85), rng.uniform(0.35, 0.65))
    blob = Blob.random(rng, centre, 0.2)
    reach = max(scene.stage.width, scene.stage.height) * (0.5 if scene.beside else 0.62)
    sheets = [palette.haze, palette.glow, palette.spark, palette.body, palette.shade, palette.night]
    if scene.dark:
        sheets = [
            palette.shade,
            palette.body,
            palette.spark,
            palette.glow,
            palette.haze,
            palette.paper,
        ]
    for number, colour in enumerate(sheets):
        float_by = scene.unit * 3
        shore = blob.shore(reach * (1 - number / 6.4), twist=number * 0.22)
        shape = canvas.shape(shore, margin=float_by * 2)
        canvas.paint(
            shape,
            Fade(mix(colour, palette.paper, 0.06), mix(colour, palette.night, 0.1)),
            shadow=float_by,
        )


def contours(scene: Scene) -> None:
    """The lines of a map around a summit."""
    canvas, palette, rng = scene.canvas, scene.palette, scene.rng
    canvas.ground(scene.ground)
    centre = scene.stage.at(rng.uniform(0.5, 0.75), rng.uniform(0.35, 0.65))
    blob = Blob.random(rng, centre, 0.26)
    step = scene.unit * 3.3
    count = int(max(scene.stage.width, scene.stage.height) * 0.75 / step)
    shores = [blob.shore(step * (n + 1), twist=n / count * 1.5) for n in range(count)]
    for number in range(count - count % 4, 0, -4):
        share = number / count
        tone = mix(palette.spark, palette.body, min(1, share * 2))
        height = scene.tint(tone, 0.7 * (1 - share) ** 1.4 + 0.03)
        canvas.paint(canvas.shape(shores[number - 1]), height)
    canvas.paint(canvas.shape(shores[0]), palette.spark)
    line = palette.haze if scene.dark else palette.shade
    for first in range(0, count, 4):
        lines = canvas.stencil()
        for number in range(first, min(first + 4, count)):
            shore = shores[number]
            thick = scene.unit * (0.44 if number == first + 3 else 0.2)
            lines.line([*shore, *shore[:2]], thick)
        canvas.paint(lines, line, opacity=0.85 - 0.75 * first / count)


def discs(scene: Scene) -> None:
    """Discs of glazed colour that shine through each other."""
    canvas, palette, rng, stage = scene.canvas, scene.palette, scene.rng, scene.stage
    canvas.ground(Fade(palette.paper, mix(palette.paper, palette.haze, 0.25)))
    tones = [palette.haze, palette.glow, palette.spark, palette.body, palette.haze, palette.glow]
    size = min(stage.width, stage.height)
    turn = rng.uniform(0, tau)
    for number, tone in enumerate(tones):
        angle = turn + tau * number / len(tones)
        x, y = stage.at(0.55 + 0.3 * cos(angle), 0.5 + 0.34 * sin(angle))
        radius = size * rng.uniform(0.24, 0.42)
        canvas.paint(canvas.disc(x, y, radius), mix(tone, palette.paper, 0.12), multiply=True)
    lines = canvas.stencil()
    x, y = stage.at(0.55, 0.5)
    for number in range(4):
        lines.ring(x, y, size * (0.18 + 0.1 * number), scene.unit * 0.28)
    canvas.paint(lines, palette.night, opacity=0.55)


def arcs(scene: Scene) -> None:
    """Concentric bands from two opposite corners of the stage."""
    canvas, palette, rng, stage = scene.canvas, scene.palette, scene.rng, scene.stage
    canvas.ground(scene.ground)
    band = scene.unit * rng.uniform(8, 9.5)
    centres = [((stage.right, stage.bottom), 6), ((stage.right - stage.width * 0.18, stage.top), 4)]
    if not scene.beside:
        centres += [(stage.at(0.04, 1), 5), (stage.at(0.36, 0.05), 3)]
    for (x, y), count in centres:
        tones = scene.shuffled_tones()
        for number in range(count, 0, -1):
            colour = tones[number % len(tones)]
            canvas.paint(canvas.disc(x, y, band * number * 1.12), scene.ground)
            canvas.paint(canvas.disc(x, y, band * (number * 1.12 - 0.14)), colour)
    for x, y in (stage.at(0.22, 0.33), stage.at(0.56, 0.5))[: 1 if scene.beside else 2]:
        canvas.paint(canvas.disc(x, y, band * rng.uniform(0.5, 0.7)), palette.spark)
