"""What the image providers have in common: the words they are sent."""

from __future__ import annotations

from .contracts import DrawImageBrief

STYLE = (
    "For a professional magazine: one clear subject, natural light, true colours. "
    "No text, letters, numbers, logos or watermarks."
)
TO_BE_CUT = "Keep what matters in the middle: it will be cut to {width}:{height} around its centre."


def prompt_of(brief: DrawImageBrief, longest: int, *, cut: bool = False) -> str:
    """The prompt in at most ``longest`` characters; ``cut`` warns that the edges will be lost."""
    after = f"\n\n{STYLE}"
    if cut:
        after += " " + TO_BE_CUT.format(width=brief.width, height=brief.height)
    return brief.prompt[: longest - len(after)] + after
