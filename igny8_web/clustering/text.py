"""Search phrases as text: folding, words, and scripts that are written without spaces."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f\U00020000-\U0003134f]+"
)
"""Runs of Thai, Lao, Burmese, Khmer, kana and Han: no spaces between words."""

_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670]")
"""Accents, Hebrew points and Arabic vowel signs, which searchers leave out as they please."""

_LOOKALIKES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "×": "x", "\u00ad": None})


def folded(phrase: str) -> str:
    """NFKC, case folded, typographic twins made one, each run of white space one space."""
    text = unicodedata.normalize("NFKC", phrase).translate(_LOOKALIKES).casefold()
    return " ".join(unicodedata.normalize("NFKC", text).split())


def without_accents(text: str) -> str:
    """``poêle`` → ``poele``; the vowel signs of Indic scripts are letters and stay."""
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


def words(text: str) -> list[str]:
    """The words of a folded text, a possessive ``'s`` dropped; an unspaced run is one word."""
    found = []
    for word in _WORD.findall(text):
        word = word.removesuffix("'s").replace("'", "")
        place = 0
        for run in _UNSPACED.finditer(word):
            found += [word[place : run.start()], run.group()]
            place = run.end()
        found.append(word[place:])
    return [word for word in found if word]


def is_unspaced(word: str) -> bool:
    """Whether a word of :func:`words` is really a run of words in a script without spaces."""
    return _UNSPACED.match(word) is not None


def letter_grams(word: str) -> list[str]:
    """Pieces of a word that survive typing errors, inflection and compounding.

    Three to five letters of ``" word "``; one to three of an unspaced run.
    """
    if is_unspaced(word):
        text, sizes = word, range(1, 4)
    else:
        text, sizes = f" {without_accents(word)} ", range(3, 6)
    return [text[i : i + size] for size in sizes for i in range(len(text) - size + 1)]
