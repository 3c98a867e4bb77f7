"""The JSON API, version 1: one noun a file, all on one blueprint."""

from __future__ import annotations

from . import automation, estimates, keywords, lists, openapi, runs, sites
from .base import blueprint

NOUNS = (automation, estimates, runs, sites, keywords, lists, openapi)
"""Importing one puts its views on the blueprint."""

__all__ = ["NOUNS", "blueprint"]
