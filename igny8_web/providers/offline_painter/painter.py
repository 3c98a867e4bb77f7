"""The image provider that needs no network and costs nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from random import Random

from PIL import Image

from ..base import ImageAnswer, ProviderError
from ..contracts import DrawImageBrief
from . import landscapes, organics, patterns
from .canvas import Box, Canvas
from .lettering import letter
from .palettes import palette_of
from .scene import Scene
from .still_life import still_life
from .subjects import glyph_for
from .typography import SERIF, showable

SMALLEST, LARGEST = 64, 2048
"""The sides that can be painted, in pixels."""

WEBP_QUALITY = 82

GRAIN = 5
"""How far the grain moves a middle tone, in levels of 255."""

STILL_LIVES = 0.4
"""How often the thing that stands for a subject is shown, where there is one."""

Composition = Callable[[Scene], None]

SKIES: tuple[Composition, ...] = (landscapes.hills, landscapes.waves, landscapes.rays)
"""These leave the upper part calm, the others the left one."""

COMPOSITIONS: tuple[Composition, ...] = (
    *SKIES,
    patterns.tiles,
    patterns.scales,
    patterns.weave,
    organics.paper_cut,
    organics.contours,
    organics.discs,
    organics.arcs,
)


class OfflinePainter:
    """Paints a picture from the words of its brief; ``image_id`` and the clock play no part."""

    name = "offline"
    model = "painter-1"
    paid = False

    def size(self, brief: DrawImageBrief) -> str:
        """Exactly what is wanted."""
        return f"{brief.width}x{brief.height}"

    def draw(self, brief: DrawImageBrief) -> ImageAnswer:
        """Paint a WebP of exactly ``brief.width`` × ``brief.height``; raises ProviderError."""
        if not all(SMALLEST <= side <= LARGEST for side in (brief.width, brief.height)):
            raise ProviderError(
                f"The painter cannot make a picture of {brief.width} × {brief.height} pixels: "
                f"each side must have {SMALLEST} to {LARGEST}."
            )
        out = io.BytesIO()
        paint(brief).save(out, "WEBP", quality=WEBP_QUALITY, method=2)
        return ImageAnswer(out.getvalue())


def paint(brief: DrawImageBrief) -> Image.Image:
    """The picture itself, in RGB."""
    canvas = Canvas(brief.width, brief.height)
    again = (str(brief.take),) if brief.take else ()
    article = _dice(brief.title, brief.cluster, *again)
    upright = brief.width < brief.height * 1.2
    choice = SKIES if upright else COMPOSITIONS  # an upright picture has its title above
    order = article.sample(choice, k=len(choice))
    rng = _dice(brief.title, brief.cluster, brief.kind, brief.alt, brief.prompt, *again)
    featured = brief.kind == "featured"
    compose = order[0] if featured else rng.choice(order[1:])
    glyph = glyph_for(f"{brief.title} {brief.cluster}")
    leads = article.random() < STILL_LIVES  # the thing leads the article, or comes later, not both
    if glyph and not upright and (leads if featured else not leads and rng.random() < STILL_LIVES):
        compose = partial(still_life, glyph=glyph)
    dark = (article if featured else rng).random() < 0.5 and compose is not organics.discs

    title = showable(brief.title, SERIF) if featured else None
    stage, place = _layout(canvas.box, sky=compose in SKIES, titled=title is not None)
    scene = Scene(canvas, palette_of(brief.cluster), rng, stage, dark)
    compose(scene)
    canvas.grain(rng, GRAIN)
    if title is not None:
        letter(scene, title, brief.cluster, place)
    return canvas.image


def _layout(box: Box, *, sky: bool, titled: bool) -> tuple[Box, Box]:
    """Where the picture happens, and where a title stands."""
    margin = min(box.width, box.height) * 0.1
    if not titled:
        return (box._replace(top=box.height * 0.3) if sky else box), box
    if sky:
        stage = box._replace(top=box.height * 0.6)
        return stage, Box(margin, margin, box.right - margin, stage.top - margin * 0.1)
    stage = box._replace(left=box.width * 0.63)
    return stage, Box(margin, margin, stage.left - margin * 0.8, box.bottom - margin)


def _dice(*words: str) -> Random:
    digest = blake2b("\x1f".join(words).encode(), digest_size=8).digest()
    return Random(int.from_bytes(digest))  # noqa: S311 - shapes, not secrets
