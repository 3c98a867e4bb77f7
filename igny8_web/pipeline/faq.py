"""The questions and answers of an article: found in its HTML by their form, in any language.

A section is a FAQ when all of its smaller headings are questions and nothing much stands before
the first: several of them, or one at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .html import text_of

_SECTION = re.compile(r"(?=<h2[ >])")
_QUESTION = re.compile(r"(?=<h3[ >])")
_HEADING = re.compile(r"<h[23][^>]*>(.*?)</h[23]>(.*)", re.S)
_MARKS = ("?", "？", "؟", "՞", ";")
"""Of questions: Latin, Chinese, Arabic, Armenian and Greek."""


@dataclass(frozen=True)
class Asked:
    """A question and its answer, as text."""

    question: str
    answer: str


def questions_in(html: str) -> list[Asked]:
    """What the FAQ of a clean article asks, in order."""
    return [asked for part in _SECTION.split(html) for asked in _faq(part)]


def with_questions(html: str, heading: str, entries: Sequence[tuple[str, str]]) -> str:
    """The clean article with these entries in its FAQ, or in a new one at its end.

    Heading and questions are plain text as HTML, the answers clean fragments.
    """
    added = "".join(f"\n<h3>{question}</h3>\n{answer.strip()}" for question, answer in entries)
    parts = _SECTION.split(html)
    for at in reversed(range(len(parts))):
        if _faq(parts[at]):
            parts[at] = f"{parts[at].rstrip()}{added}\n"
            return "".join(parts).strip()
    return f"{html.rstrip()}\n<h2>{heading}</h2>{added}"


def _faq(section: str) -> list[Asked]:
    """The questions of one h2 section; none where it is something else."""
    head, *rest = _QUESTION.split(section)
    found = [match for part in rest if (match := _HEADING.match(part))]
    asked = [Asked(text_of(match[1]), text_of(match[2])) for match in found]
    if not head.startswith("<h2") or not all(
        each.question.endswith(_MARKS) and each.answer for each in asked
    ):
        return []
    lead = _HEADING.match(head)
    at_once = lead is not None and not text_of(lead[2])
    return asked if len(asked) > 1 or at_once else []
