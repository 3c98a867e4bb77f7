"""The built-in writer: text for every AI stage without a key, a network or a model.

What it can do
    Group keywords into topics, propose articles from the questions and modifiers in the
    keywords, lay out a draft that has a place for each keyword, and describe the pictures.
    The same brief always gets the same answer, in milliseconds and at no cost.

What it cannot do
    It knows nothing about the subject. It states no facts, figures, brands or studies; where
    one is needed it leaves a marked note for the editor (``class="editor-note"``), and every
    draft opens by saying what wrote it (``class="offline-draft"``).

Languages
    Each file in ``languages/`` is one language; a further language is one more file. Sites in
    any other language get their keywords as headings and lists, and no words of ours.
"""

from __future__ import annotations

from .provider import OfflineText

__all__ = ["OfflineText"]
