"""Names of files and folders that every system can unpack, no two alike."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80
"""Bytes of UTF-8: eighty letters of Latin, twenty-six of Chinese. Windows counts the whole path."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""What Windows takes for a device, whatever the file is."""


def safe_name(text: str, otherwise: str) -> str:
    """The text as a name without slashes, dots, spaces and the like; ``otherwise`` if none is left.

    Letters of all scripts stay.
    """
    folded = unicodedata.normalize("NFC", text)
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else "-" for c in folded)
    words = "-".join(filter(None, kept.split("-")))
    short = words.encode()[:LONGEST].decode(errors="ignore").rstrip("-")
    return f"{short}-" if _RESERVED.fullmatch(short) else short or otherwise


class Names:
    """Names in one folder: the second that is wanted alike gets ``-2``.

    Alike is what a system that knows no case takes for the same.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, text: str, otherwise: str) -> str:
        """A free name like :func:`safe_name`'s."""
        wanted = name = safe_name(text, otherwise)
        number = 1
        while (key := unicodedata.normalize("NFKC", name).casefold()) in self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._taken.add(key)
        return name
