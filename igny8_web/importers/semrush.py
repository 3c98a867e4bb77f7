"""Semrush Keyword Magic Tool: UTF-8, commas or semicolons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .importer import TableImporter


class Semrush(TableImporter):
    """A row that Semrush knows nothing of has volume 0 and no intent and no difficulty."""

    name = "Semrush Keyword Magic Tool"
    columns: ClassVar = {
        "phrase": ("keyword",),
        "intent": ("intent", "intents"),
        "volume": ("volume", "search volume"),
        "difficulty": ("keyword difficulty", "kd %", "keyword difficulty index"),
        "cpc": ("cpc",),
    }
    _telling = frozenset(["competitive density", "number of results", "serp features", "trend"])

    def recognises(self, names: Sequence[str]) -> bool:
        """Keyword and a difficulty, and at least two of Semrush's other columns."""
        known = set(names)
        return (
            "keyword" in known
            and not known.isdisjoint(self.columns["difficulty"])
            and len(self._telling & known) >= 2
        )

    def prepare(self, cells: dict[str, str], notes: list[str]) -> bool:
        """Make the zeros of an unknown keyword unknown."""
        measured = cells.get("intent", "").strip() or cells.get("difficulty", "").strip()
        if not measured and cells.get("volume", "").strip() == "0":
            cells["volume"] = cells["cpc"] = ""
            notes.append("volume 0 without intent and difficulty: not measured, left unknown")
        return True
