"""The palettes. Every topic has one of them, the same for all of its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from .colour import Colour, from_hex


@dataclass(frozen=True)
class Palette:
    """Seven colours that go together."""

    name: str
    night: Colour
    """The darkest: a ground to write on with ``paper``."""
    paper: Colour
    """The lightest: a ground to write on with ``night``."""
    body: Colour
    """A strong middle tone that carries large areas."""
    haze: Colour
    """A quiet tone between ``body`` and ``paper``."""
    glow: Colour
    """A light, warm or fresh accent."""
    spark: Colour
    """The most vivid one, for small areas."""
    shade: Colour
    """A dark tone between ``body`` and ``night``."""

    @property
    def tones(self) -> tuple[Colour, Colour, Colour, Colour, Colour]:
        """What stands between the two grounds."""
        return self.body, self.haze, self.glow, self.spark, self.shade


def _palette(name: str, colours: str) -> Palette:
    return Palette(name, *(from_hex(colour) for colour in colours.split()))


#       name          night  paper  body   haze   glow   spark  shade
PALETTES = (
    _palette("terracotta", "2b1a17 f8eee3 b8523a e3b396 f2c57c dd6e42 6e2f28"),
    _palette("forest", "10231c f4f0e1 35654f a3bd98 e3b04b d0622f 1f4236"),
    _palette("ocean", "0a2036 eff4f2 20708c a5cbcd f4b869 e76f51 174a66"),
    _palette("plum", "27142f f9eff0 7d3f73 d9a3b3 f4c9a3 e2685a 4a2550"),
    _palette("meadow", "1c2b1e faf6e4 6c8f4e c3d19b f0c453 e07a3f 3c5a38"),
    _palette("nordic", "18222e f3f1ec 4f6d86 b4c3cc e8c39e c8553d 2f4558"),
    _palette("saffron", "2c1e10 fcf3df d1892b ecca8e f6d365 b8442c 7a4a1c"),
    _palette("teal", "08282a eef5ef 1c7f7a a0cfc0 f3cf7a ee7b54 0f5254"),
    _palette("rose", "321520 fcf0ec c25a6c ecb9b4 f5cf9f e4572e 74304a"),
    _palette("indigo", "15163a f2f1f8 4a4fa3 b3b7de f7c66b f26d6d 2a2c68"),
    _palette("clay", "261d1a f5eee6 3f7d78 d8bfa8 e7c27d c1613d 5a3c31"),
    _palette("lagoon", "0c2233 f1f6f3 2f8f9d a9d8cf ffd58a ff7f66 1b5369"),
    _palette("moss", "1f2215 f6f3e3 7d8247 c6c694 e9bf5a a8502f 4a4f2b"),
    _palette("berry", "2b0f24 fbf0f1 a2365f e2a6b5 f6cd8f ef6a4c 5e1f46"),
    _palette("slate", "1a2024 f2f2ee 5d737e b5c4c6 f2c14e d95d39 35474f"),
    _palette("dusk", "1d1838 faf0ea 6a4c93 c6b1d6 f9c784 f2785c 3b2d66"),
)


def palette_of(cluster: str) -> Palette:
    """The palette of a topic; the same for any spelling of it by letter case or space."""
    topic = " ".join(cluster.casefold().split())
    digest = blake2b(topic.encode(), digest_size=4).digest()
    return PALETTES[int.from_bytes(digest) % len(PALETTES)]
