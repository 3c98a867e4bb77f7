"""Setting a title: which letters can be shown, the size that suits it, balanced lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
SERIF = "PainterSerif-SemiBold.ttf"
SANS = "PainterSans-SemiBold.ttf"

LEADING = 1.14
"""From one baseline to the next, in font sizes."""

_ROUNDING = 1.015
"""FreeType rounds each letter's width to whole pixels: a line may come out this much longer."""

_EMOJI_STYLES = "\ufe0e\ufe0f"
"""Variation selectors: Unicode counts them as marks, but they only follow a symbol."""


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A face at ``size`` pixels, set by FreeType alone so that every machine sets it alike."""
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def showable(text: str, face: str) -> str | None:
    """``text`` as the face can set it, or None if a letter, mark or digit is missing.

    A missing symbol (an emoji, say) is left out: the title can be read without it.
    """
    kept = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if character.isspace():
            kept.append(" ")
        elif category == "Cf" or character in _EMOJI_STYLES:
            continue
        elif _has(face, character):
            kept.append(character)
        elif category[0] in "LMN":
            return None
    return " ".join("".join(kept).split()) or None


@lru_cache(maxsize=4096)
def _has(face: str, character: str) -> bool:
    """Whether the face draws ``character``, and not its box for missing glyphs or nothing."""
    sample = font(face, 40)
    glyph, missing = sample.getmask(character), sample.getmask("\uffff")
    return any(glyph) and (glyph.size != missing.size or bytes(glyph) != bytes(missing))


@dataclass(frozen=True)
class Setting:
    """A text set in lines."""

    lines: tuple[str, ...]
    face: str
    size: int
    """Pixels."""

    @property
    def height(self) -> float:
        """From the first line's top to the last line's foot, in pixels."""
        return self.size * LEADING * len(self.lines)


def fit(text: str, face: str, width: float, height: float, sizes: Sequence[int]) -> Setting:
    """The text at the best of ``sizes`` (descending) that fit, its lines balanced.

    Large is good, and so are lines of one length: a quarter of the size may be given up for
    them. A title looks best in up to four lines, so the larger half of the sizes takes no more.
    In the smaller half, words longer than a line are cut. What does not even fit at the
    smallest size ends with an ellipsis.
    """
    best, best_score, largest = None, 0.0, 0
    for size in sizes:
        if size < largest * 0.75:
            break
        small = size <= (sizes[0] + sizes[-1]) / 2
        measure = width / size
        words = _broken(text.split(), face, measure) if small else text.split()
        lines = _wrap(words, face, measure)
        if len(lines) * size * LEADING > height or (len(lines) > 4 and not small):
            continue
        if max(_ems(face, line) for line in lines) > measure:
            continue
        largest = largest or size
        balanced = _balanced(words, len(lines), face, measure)
        lengths = [_ems(face, line) for line in balanced]
        score = size * (min(lengths) / max(lengths)) ** 0.5
        if score > best_score:
            best, best_score = Setting(balanced, face, size), score
    return best or _cut(text, face, width, height, sizes[-1])


def shortened(line: str, face: str, size: int, width: float) -> str:
    """The line, ended with an ellipsis where ``width`` pixels end."""
    while line and _ems(face, line + "…") > width / size:
        line = line[:-1]
    return line.rstrip(" -,;:.–—") + "…"


def _ems(face: str, line: str) -> float:
    """The length of a line, in font sizes."""
    words = line.split(" ")
    return sum(_word_ems(face, word) for word in words) + (len(words) - 1) * _word_ems(face, " ")


@lru_cache(maxsize=4096)
def _word_ems(face: str, word: str) -> float:
    return font(face, 200).getlength(word) / 200 * _ROUNDING


def _cut(text: str, face: str, width: float, height: float, size: int) -> Setting:
    """As many lines as there is room for, the last one with an ellipsis."""
    lines = _wrap(_broken(text.split(), face, width / size), face, width / size)
    most = max(1, int(height / (size * LEADING)))
    last = shortened(lines[min(most, len(lines)) - 1], face, size, width)
    return Setting((*lines[: most - 1], last), face, size)


def _wrap(words: list[str], face: str, measure: float) -> list[str]:
    """As many words on each line as fit."""
    lines: list[str] = []
    for word in words:
        if lines and _ems(face, f"{lines[-1]} {word}") <= measure:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _balanced(words: list[str], count: int, face: str, measure: float) -> tuple[str, ...]:
    """The words in ``count`` lines whose lengths differ least from one another."""
    ideal = _ems(face, " ".join(words)) / count
    # best[n]: the least sum of squared differences for the first n words, and their lines.
    best: dict[int, tuple[float, tuple[str, ...]]] = {0: (0, ())}
    for _ in range(count):
        longer: dict[int, tuple[float, tuple[str, ...]]] = {}
        for start, (cost, lines) in best.items():
            for end in range(start + 1, len(words) + 1):
                line = " ".join(words[start:end])
                length = _ems(face, line)
                if length > measure:
                    break
                total = cost + (length - ideal) ** 2
                if end not in longer or total < longer[end][0]:
                    longer[end] = total, (*lines, line)
        best = longer
    return best[len(words)][1]


def _broken(words: list[str], face: str, measure: float) -> list[str]:
    """The words, with those longer than a line cut into pieces."""
    pieces = []
    for word in words:
        rest = word
        while _ems(face, rest) > measure:
            end = len(rest) - 1
            while end > 1 and _ems(face, rest[:end] + "-") > measure:
                end -= 1
            pieces.append(rest[:end] + "-")
            rest = rest[end:]
        pieces.append(rest)
    return pieces
