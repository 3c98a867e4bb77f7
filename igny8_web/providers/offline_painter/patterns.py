"""Compositions made of one geometric idea repeated over the stage."""

from __future__ import annotations

from math import ceil

from .canvas import Box
from .colour import Colour, contrast, mix
from .scene import Scene


def tiles(scene: Scene) -> None:
    """Quarter circles, half circles and discs on a grid."""
    canvas, rng = scene.canvas, scene.rng
    canvas.ground(scene.ground)
    for cell in _grid(scene, rows=4 if scene.beside else 3):
        back, front, dot = _three_apart(scene)
        canvas.paint(canvas.stencil(cell).rectangle(cell), back)
        side = cell.width
        corners = [cell[:2], (cell.right, cell.top), cell[2:], (cell.left, cell.bottom)]
        first = rng.randrange(4)
        (x, y), (far_x, far_y) = corners[first], corners[(first + 2) % 4]
        centre = cell.at(0.5, 0.5)
        kind = rng.choice(("quarter", "quarter", "steps", "leaf", "disc", "half", "eye", "plain"))
        if kind == "quarter":
            canvas.paint(canvas.stencil(cell).disc(x, y, side), front)
        elif kind == "steps":
            for share, colour in ((1, front), (0.68, dot), (0.36, back)):
                canvas.paint(canvas.stencil(cell).disc(x, y, side * share), colour)
        elif kind == "leaf":
            shape = canvas.stencil(cell).rectangle(cell, rounded=side * 0.98)
            shape.rectangle(Box(*_between((x, y), centre)))
            shape.rectangle(Box(*_between((far_x, far_y), centre)))
            canvas.paint(shape, front)
        elif kind == "half":
            canvas.paint(
                canvas.stencil(cell).wedge(*centre, side / 2, first * 90, first * 90 + 180), front
            )
        elif kind == "disc":
            canvas.paint(canvas.stencil(cell).disc(*centre, side * 0.36), front)
        elif kind == "eye":
            canvas.paint(canvas.stencil(cell).disc(*centre, side / 2), front)
            canvas.paint(canvas.stencil(cell).disc(*centre, side * 0.2), dot)


def scales(scene: Scene) -> None:
    """Overlapping fans in rows, like waves on an old print."""
    canvas, rng, palette = scene.canvas, scene.rng, scene.palette
    canvas.ground(scene.ground)
    stage = scene.stage
    radius = stage.width / (3 if scene.beside else 8)
    rows = ceil(stage.height / (radius / 2)) + 2
    light, deep = rng.sample((palette.body, palette.shade, palette.spark), k=2)
    for row in range(rows):
        y = stage.top + row * radius / 2
        depth = row / rows
        outer = mix(light, deep, depth)
        shift = radius if row % 2 else 0
        bands = (
            (1.0, palette.paper),
            (0.94, outer),
            (0.7, palette.haze),
            (0.6, outer),
            (0.36, palette.glow),
            (0.24, outer),
        )
        # Below its middle a fan is covered by the next two rows.
        strip = Box(stage.left, y - radius, stage.right, min(stage.bottom, y + radius * 0.1))
        if strip.height <= 1:
            continue
        for share, colour in bands:
            shape = canvas.stencil(strip)
            for column in range(-1, ceil(stage.width / radius / 2) + 2):
                shape.disc(stage.left + shift + column * radius * 2, y, radius * share)
            canvas.paint(shape, colour)


def weave(scene: Scene) -> None:
    """Ribbons that pass over and under each other."""
    canvas, rng, night = scene.canvas, scene.rng, scene.palette.night
    tones = scene.shuffled_tones()
    canvas.ground(scene.ground)
    cells = _grid(scene, rows=6 if scene.beside else 5)
    side = cells[0].width
    gap = side * rng.uniform(0.06, 0.11)
    frame = Box(cells[0].left, cells[0].top, cells[-1].right, cells[-1].bottom)
    canvas.paint(canvas.stencil(frame).rectangle(frame), mix(scene.palette.shade, night, 0.7))
    columns = round(frame.width / side)
    for column in range(columns):
        left = frame.left + column * side + gap
        ribbon = Box(left, frame.top, left + side - 2 * gap, frame.bottom)
        canvas.paint(canvas.stencil(ribbon).rectangle(ribbon), tones[(column * 2) % 5])
    over = [cell for n, cell in enumerate(cells) if (n // columns + n % columns) % 2]
    for row in range(len(cells) // columns):
        strip = Box(frame.left, frame.top + row * side, frame.right, frame.top + (row + 1) * side)
        pieces = canvas.stencil(strip)
        for cell in over:
            if abs(cell.top - strip.top) < 1:
                pieces.rectangle(
                    Box(cell.left - gap, cell.top + gap, cell.right + gap, cell.bottom - gap)
                )
        canvas.paint(pieces, tones[(row * 2 + 1) % 5])
    # Where a ribbon dives under another one, the other's shade falls on it.
    for width in (0.03, 0.06, 0.09, 0.13, 0.18):
        shade = canvas.stencil(frame)
        for cell in cells:
            shade_width = side * width
            if cell in over:
                for y in (cell.top + gap - shade_width, cell.bottom - gap):
                    shade.rectangle(Box(cell.left + gap, y, cell.right - gap, y + shade_width))
            else:
                for x in (cell.left + gap - shade_width, cell.right - gap):
                    shade.rectangle(Box(x, cell.top + gap, x + shade_width, cell.bottom - gap))
        canvas.paint(shade, night, opacity=0.09)


def _grid(scene: Scene, rows: int) -> list[Box]:
    """Square cells that cover the stage, flush with the picture's right and top edges."""
    stage = scene.stage
    side = stage.height / rows
    columns = ceil(stage.width / side - (0.5 if scene.beside else 0.02))
    left = stage.right - columns * side
    if left < scene.canvas.box.left:
        left = stage.left + (stage.width - columns * side) / 2
    return [
        Box(
            left + c * side, stage.top + r * side, left + (c + 1) * side, stage.top + (r + 1) * side
        )
        for r in range(rows)
        for c in range(columns)
    ]


def _between(
    first: tuple[float, float], second: tuple[float, float]
) -> tuple[float, float, float, float]:
    xs, ys = sorted((first[0], second[0])), sorted((first[1], second[1]))
    return xs[0], ys[0], xs[1], ys[1]


def _three_apart(scene: Scene) -> tuple[Colour, Colour, Colour]:
    """Three colours of which neighbours are told apart."""
    pool = [*scene.palette.tones, scene.palette.paper, scene.palette.night]
    while True:
        back, front, dot = scene.rng.sample(pool, k=3)
        if contrast(back, front) > 1.5 and contrast(front, dot) > 1.5:
            return back, front, dot
