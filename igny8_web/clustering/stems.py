"""Word stems: ``grinders`` and ``grinder`` are one word to a searcher."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import snowballstemmer

_NAMES = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Snowball's stemmers by ISO 639-1."""


@cache
def stemmer_of(language: str) -> Callable[[str], str]:
    """The function from word to stem for an ISO 639-1 code; the word itself where there is none."""
    name = _NAMES.get(language)
    return cache(snowballstemmer.stemmer(name).stemWord) if name else str
