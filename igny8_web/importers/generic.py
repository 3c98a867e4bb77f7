"""Any table with a header that names a keyword column: other tools, own sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .importer import TableImporter

PHRASE_NAMES = (
    "keyword",
    "keywords",
    "key word",
    "keyphrase",
    "phrase",
    "query",
    "queries",
    "search query",
    "search queries",
    "top queries",
    "search term",
    "search terms",
)


class Generic(TableImporter):
    """Columns by their usual English names; all others are ignored."""

    name = "Table with named columns"
    columns: ClassVar = {
        "phrase": PHRASE_NAMES,
        "volume": (
            "volume",
            "search volume",
            "monthly volume",
            "monthly searches",
            "avg. monthly searches",
            "avg monthly searches",
            "average monthly searches",
            "searches",
            "sv",
        ),
        "difficulty": (
            "difficulty",
            "keyword difficulty",
            "seo difficulty",
            "kd",
            "kd %",
            "difficulty %",
        ),
        "cpc": ("cpc", "cost per click"),
        "intent": ("intent", "intents", "search intent"),
        "country": ("country", "country code"),
    }

    def recognises(self, names: Sequence[str]) -> bool:
        """Several columns, one of them the keywords'."""
        return len(names) > 1 and not set(names).isdisjoint(PHRASE_NAMES)
