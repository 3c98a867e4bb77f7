"""Google Keyword Planner: UTF-16LE, tabs, two lines before the header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .importer import TableImporter
from .shapes import KeywordRow

_MIDDLES = frozenset({0, 5, 50, 500, 5_000, 50_000, 500_000, 5_000_000, 50_000_000})


class KeywordPlanner(TableImporter):
    """Volumes come as ``1K – 10K``, as Min and Max columns (2020), or as the middles 50, 500 ….

    ``Competition`` is about advertisers and says nothing of difficulty, and a bid for the top of
    the page is no price of a click: both are left alone.
    """

    name = "Google Keyword Planner"
    columns: ClassVar = {
        "phrase": ("keyword",),
        "volume": ("avg. monthly searches",),
        "lowest volume": ("min search volume",),
        "highest volume": ("max search volume",),
        "segmentation": ("segmentation",),
    }
    header_within = 5
    _telling = frozenset(
        [
            "currency",
            "competition",
            "competition (indexed value)",
            "three month change",
            "min search volume",
            "segmentation",
        ]
    )

    def recognises(self, names: Sequence[str]) -> bool:
        """Keyword and its monthly searches, and at least two columns about advertising."""
        known = set(names)
        return {"keyword", "avg. monthly searches"} <= known and len(self._telling & known) >= 2

    def prepare(self, cells: dict[str, str], notes: list[str]) -> bool:
        """Make one range of Min and Max; leave out the totals by segment."""
        low, high = cells.get("lowest volume", "").strip(), cells.get("highest volume", "").strip()
        if low and high and cells.get("volume", "").strip() in ("", "N/A"):
            cells["volume"] = f"{low}–{high}"
        return bool(cells["phrase"].strip()) or not cells.get("segmentation", "").strip()

    def warnings(self, rows: Sequence[KeywordRow]) -> list[str]:
        """Say so when no volume is a measurement."""
        volumes = {row.volume for row in rows if row.volume is not None}
        if volumes and volumes <= _MIDDLES:
            return ["Volumes are the middles of Keyword Planner's ranges, not measurements."]
        return []
