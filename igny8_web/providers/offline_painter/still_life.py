"""The composition with a thing in it: a glyph before a simple backdrop."""

from __future__ import annotations

from .canvas import Box, Fade, Stencil
from .colour import mix
from .hand import Hand
from .scene import Scene
from .subjects import Glyph


def still_life(scene: Scene, glyph: Glyph) -> None:
    """Show the glyph in the middle of the stage."""
    canvas, palette, rng, stage = scene.canvas, scene.palette, scene.rng, scene.stage
    canvas.ground(scene.ground)
    wall = mix(palette.haze, palette.glow, rng.choice((0.0, 0.5)))
    canvas.paint(canvas.stencil(stage).rectangle(stage), Fade(mix(wall, palette.paper, 0.25), wall))
    x, y = stage.at(0.5, 0.5)
    reach = min(stage.width, stage.height) * 0.5
    rng.choice((_rings, _arch, _rays))(scene, x, y, reach)
    glyph(Hand(canvas, palette, x, y, reach * 0.58))


def _rings(scene: Scene, x: float, y: float, reach: float) -> None:
    palette = scene.palette
    for share, colour in (
        (1.5, mix(palette.haze, palette.paper, 0.35)),
        (1.15, mix(palette.glow, palette.paper, 0.45)),
        (0.82, mix(palette.glow, palette.paper, 0.1)),
    ):
        disc = _on_stage(scene).disc(x, y, reach * share)
        scene.canvas.paint(disc, colour)


def _arch(scene: Scene, x: float, y: float, reach: float) -> None:
    palette, stage = scene.palette, scene.stage
    foot = y + reach * 0.5
    for share, colour in ((0.86, palette.body), (0.74, mix(palette.glow, palette.paper, 0.2))):
        door = Box(x - reach * share, y - reach * share, x + reach * share, stage.bottom + reach)
        scene.canvas.paint(_on_stage(scene).rectangle(door, rounded=reach * share), colour)
    table = Box(stage.left, foot, stage.right, stage.bottom + 1)
    scene.canvas.paint(_on_stage(scene).rectangle(table), Fade(palette.shade, palette.night))


def _rays(scene: Scene, x: float, y: float, reach: float) -> None:
    palette = scene.palette
    beams = _on_stage(scene)
    for beam in range(20):
        beams.wedge(x, y, reach * 4, beam * 18, beam * 18 + 9)
    scene.canvas.paint(beams, palette.paper, opacity=0.35)
    scene.canvas.paint(
        _on_stage(scene).disc(x, y, reach * 0.84), mix(palette.glow, palette.paper, 0.35)
    )


def _on_stage(scene: Scene) -> Stencil:
    return scene.canvas.stencil(scene.stage)
