"""Google Search Console, Queries.csv of the performance export: UTF-8, commas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .importer import TableImporter
from .shapes import KeywordRow

_QUERIES = ("top queries", "queries", "query")


class SearchConsole(TableImporter):
    """Knows what a site was shown for, not how often people search."""

    name = "Google Search Console queries"
    columns: ClassVar = {"phrase": _QUERIES}

    def recognises(self, names: Sequence[str]) -> bool:
        """Queries with their clicks and impressions."""
        known = set(names)
        return {"clicks", "impressions"} <= known and not known.isdisjoint(_QUERIES)

    def warnings(self, rows: Sequence[KeywordRow]) -> list[str]:
        """Say what became of the impressions."""
        return ["Impressions are not a search volume: volumes are left unknown."]
