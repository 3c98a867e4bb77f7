"""Putting the article's title on its picture, so that it can always be read."""

from __future__ import annotations

from typing import cast

from PIL import Image, ImageDraw, ImageFilter

from .canvas import Box
from .colour import Colour, contrast, mix
from .scene import Scene
from .typography import LEADING, SANS, SERIF, fit, font, shortened, showable

LEGIBLE = 4.8
"""The least contrast of letters with any spot behind them; WCAG AA asks 4.5."""

VEILS = (0, 0.3, 0.45, 0.6, 0.72, 0.82, 0.9, 0.97)
"""Shares of the ground that may be laid over what is behind the letters."""


def letter(scene: Scene, title: str, topic: str, place: Box) -> None:
    """Set ``title``, of which the serif has every letter, in ``place`` under ``topic``."""
    unit = scene.unit
    small = max(9, round(unit * 4))
    above = _line(topic, title, small, place.width)
    head = unit * (8 if above else 4.5)
    sizes = range(max(12, round(unit * 15)), max(8, round(unit * 5.2)) - 1, -2)
    setting = fit(title, SERIF, place.width, place.height - head, sizes)

    height = head + setting.height
    top = place.top + (place.height - height) / 2
    ink = scene.palette.paper if scene.dark else scene.palette.night
    accent = _accent(scene, ink)
    face = font(setting.face, setting.size)
    width = max(face.getlength(line) for line in setting.lines)
    if above:
        width = max(width, font(SANS, small).getlength(above))
    _make_legible(scene, Box(place.left, top, place.left + width, top + height), (ink, accent))
    draw = ImageDraw.Draw(scene.canvas.image)
    if above:
        draw.text((place.left, top), above, font=font(SANS, small), fill=accent)
    else:
        draw.rectangle((place.left, top, place.left + unit * 9, top + unit * 0.8), fill=accent)
    for number, line in enumerate(setting.lines):
        baseline = top + head + setting.size * (0.86 + LEADING * number)
        draw.text((place.left, baseline), line, font=face, fill=ink, anchor="ls")


def _line(topic: str, title: str, size: int, width: float) -> str | None:
    """The topic as one line, or None if it says nothing new or cannot be shown."""
    text = showable(topic, SANS)
    if text is None or text.casefold() == title.casefold():
        return None
    return text if font(SANS, size).getlength(text) <= width else shortened(text, SANS, size, width)


def _accent(scene: Scene, ink: Colour) -> Colour:
    palette = scene.palette
    for tone in (palette.spark, palette.glow, palette.body, palette.shade):
        if contrast(tone, scene.ground) >= LEGIBLE * 1.25:  # room for what is behind it
            return tone
    return ink


def _make_legible(scene: Scene, area: Box, inks: tuple[Colour, ...]) -> None:
    """Veil what lies behind ``area`` as far as it takes to read the inks on it."""
    image, ground, pad = scene.canvas.image, scene.ground, scene.unit * 2
    box = (
        max(0, int(area.left - pad)),
        max(0, int(area.top - pad)),
        min(image.width, int(area.right + pad)),
        min(image.height, int(area.bottom + pad)),
    )
    spots = _spots(image.crop(box))
    for veil in VEILS:
        behind = [mix(spot, ground, veil) for spot in spots]
        if all(contrast(ink, colour) >= LEGIBLE for ink in inks for colour in behind):
            break
    if veil:
        # The veil is full over the letters and fades out well outside of them.
        reach = round(scene.unit * 9)
        small = Image.new("L", (image.width // 4 + 1, image.height // 4 + 1))
        grown = [(side + sign * reach) // 4 for side, sign in zip(box, (-1, -1, 1, 1), strict=True)]
        ImageDraw.Draw(small).rectangle(grown, fill=round(255 * veil))
        soft = small.filter(ImageFilter.GaussianBlur(reach / 4 / 2.2))
        mask = soft.resize(image.size, Image.Resampling.BICUBIC)
        image.paste(ground, (0, 0), mask)


def _spots(image: Image.Image) -> list[Colour]:
    """The picture's colours, each of a spot of 2 × 2 pixels, to the nearest of 64 colours."""
    found = image.reduce(2).quantize(64).convert("RGB").getcolors(64) or []
    return [cast(Colour, colour) for _, colour in found]
