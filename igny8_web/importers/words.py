"""Cells that hold one of a few words: intent and country."""

from __future__ import annotations

import re

from .numbers import Reading
from .phrases import shown

# From looking to buying. Tools call nearly every query informational as well, so of several
# intents the one nearest to a purchase says most.
INTENTS = ("informational", "navigational", "commercial", "transactional")
_LETTERS = {intent[0]: intent for intent in INTENTS}
# What Ahrefs writes into the same cell.
_BESIDE_INTENT = frozenset({"branded", "non-branded", "local", "non-local"})
_SEPARATORS = re.compile(r"[,;/|&]")
_UNKNOWN = frozenset({"", "n/a", "na", "-", "–", "—"})


def read_intent(cell: str) -> Reading[str]:
    """The intent, as a word or its first letter; of several the one nearest to a purchase."""
    words = [word.strip().casefold() for word in _SEPARATORS.split(cell)]
    found = {_LETTERS.get(word, word) for word in words}
    known = [intent for intent in INTENTS if intent in found]
    if known:
        return Reading(known[-1])
    if cell.strip().casefold() in _UNKNOWN or found <= _BESIDE_INTENT:
        return Reading(None)
    return Reading(None, f"intent “{shown(cell)}” is none of {', '.join(INTENTS)}: left unknown")


def read_country(cell: str) -> Reading[str]:
    """ISO 3166 code of two letters in upper case; a name in words is left unknown with a note."""
    code = cell.strip().upper()
    if code.casefold() in _UNKNOWN:
        return Reading(None)
    if re.fullmatch("[A-Z]{2}", code):
        return Reading("GB" if code == "UK" else code)
    return Reading(None, f"country “{shown(cell)}” is no code of two letters: left unknown")
