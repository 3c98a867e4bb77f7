"""Short search phrases grouped into topics of the size of one article. Pure functions."""

from __future__ import annotations

from .groups import Group, group_phrases
from .packing import packed_groups

__all__ = ["Group", "group_phrases", "packed_groups"]
