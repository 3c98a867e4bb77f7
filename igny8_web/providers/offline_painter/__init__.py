"""Pictures without a network: generative illustrations drawn with Pillow.

An article's topic picks the palette, its title the family of composition, and title, alt
text and prompt together every detail, so the pictures of an article look related and no two
of them alike. The same brief always gives the same bytes.
"""

from .painter import OfflinePainter

__all__ = ["OfflinePainter"]
