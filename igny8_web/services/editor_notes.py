"""The offline writer's notes to the editor, once the editor has written over them."""

from __future__ import annotations

import re

from ..checklist.unfinished import NOTE_TO_EDITOR
from ..pipeline import html

LEFT = 0.5
"""Of a note's words: with less of them left, what stands there is the editor's own text."""
_NOTE = re.compile(
    rf'<(p|ul|ol)\b[^>]*\bclass="(?:{"|".join(sorted(NOTE_TO_EDITOR))})"[^>]*>(.*?)</\1>', re.S
)


def rewritten(text: str, made: str) -> str:
    """The clean HTML of an article without marks on notes that were written over.

    ``made`` is the text with the notes as they were made.

    An editor keeps the block that one types in, and with it the mark that it bears; a mark that
    stayed would hold the article back for ever. A note that is merely touched is still a note.
    """
    notes = [set(html.text_of(note).split()) for _, note in _NOTE.findall(made)]

    def unmarked(found: re.Match[str]) -> str:
        tag, inside = found.groups()
        words = set(html.text_of(inside).split())
        if any(note and len(note & words) > LEFT * len(note) for note in notes):
            return found[0]
        return f"<{tag}>{inside}</{tag}>"

    return _NOTE.sub(unmarked, text)
