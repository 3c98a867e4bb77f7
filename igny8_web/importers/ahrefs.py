"""Ahrefs Keywords Explorer: UTF-16LE, tabs, every cell quoted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .importer import TableImporter


class Ahrefs(TableImporter):
    """Rows without metrics are empty, not 0; ``Global volume`` is not the country's volume."""

    name = "Ahrefs Keywords Explorer"
    columns: ClassVar = {
        "phrase": ("keyword",),
        "country": ("country",),
        "difficulty": ("difficulty", "kd"),
        "volume": ("volume",),
        "cpc": ("cpc",),
        "intent": ("intents",),
    }
    _telling = frozenset(
        ["cps", "parent keyword", "parent topic", "global volume", "traffic potential"]
    )

    def recognises(self, names: Sequence[str]) -> bool:
        """Keyword and volume, and at least two of the columns that only Ahrefs has."""
        return {"keyword", "volume"} <= set(names) and len(self._telling & set(names)) >= 2
