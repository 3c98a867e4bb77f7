"""What an item takes, before anything was measured.

Orders of magnitude, from the lengths of the built-in prompts and of what they ask for.
"""

from __future__ import annotations

from dataclasses import dataclass

from .ranges import NOTHING, Range, between, exactly


@dataclass(frozen=True)
class PerItem:
    """What one item of a stage takes, all of its calls together; ``seconds`` is one call's."""

    calls: Range
    tokens_in: Range
    tokens_out: Range
    seconds: Range
    measured: bool = False
    instructions: Range = NOTHING
    """Tokens that go into each call, whatever it is about; 0 where they count with the items."""


GUESSES = {
    "cluster-keywords": PerItem(
        exactly(0),  # as many keywords a call as the provider is set to
        between(25, 60),
        between(8, 20),
        between(20, 60),
        instructions=between(600, 3_000),  # the more, the more clusters there are already
    ),
    "develop-ideas": PerItem(
        between(1, 1.1), between(800, 5_000), between(150, 900), between(5, 20)
    ),
    "write-content": PerItem(
        between(1, 8), between(1_000, 16_000), between(1_000, 6_000), between(15, 45)
    ),
    "write-image-prompts": PerItem(
        between(1, 1.1), between(1_200, 4_000), between(150, 700), between(5, 20)
    ),
    "draw-images": PerItem(exactly(1), exactly(0), exactly(0), between(8, 30)),
}
UNKNOWN = PerItem(between(1, 2), between(1_000, 5_000), between(300, 2_000), between(5, 30))
"""Of an AI stage that is not in the list."""

BUILT_IN_SECONDS = {"draw-images": between(0.2, 0.6)}
"""Of one call where the built-in writer or painter does it."""
BUILT_IN_USUALLY = between(0.02, 0.2)

MADE = {
    "cluster-keywords": between("0.12", "0.25"),  # 6 keywords a cluster, 4 to 8
    "develop-ideas": between(1, 1.2),
    "queue-tasks": exactly(1),
    "write-content": exactly(1),
    "write-image-prompts": between(2, 4),
    "draw-images": exactly(1),
}
"""How many rows come out of one item, where no run told."""
