"""A short article: one request."""

from __future__ import annotations

from functools import partial

from ...providers.contracts import SectionIn, WriteContentAnswer, WriteContentBrief
from .. import html
from ..tools import Tools, UnusableAnswer
from .draft import Draft, author

MOST_AT_ONCE = 1200
"""Words that every model writes in one answer without hurrying or being cut off."""
SHOWN = 400
"""Characters by which a section is shown to whoever completes the article."""


def at_once(brief: WriteContentBrief, tools: Tools) -> Draft:
    """The whole article in one answer. Raises ProviderError."""
    check = partial(_check, brief.task_id)
    answer = tools.ask(brief, WriteContentAnswer, aside={"related"}, check=check)
    if tools.text.in_parts:
        safe = html.clean_answer(answer.html, {link.path for link in brief.related})
    else:
        safe = html.clean(answer.html)  # our own writer marks its notes to the editor
    short = tuple(SectionIn(heading=h, text=text[:SHOWN]) for h, text in html.sections(safe))
    return Draft(answer, safe, author(tools), tools.prompt_version, short)


def _check(task_id: int, answer: WriteContentAnswer) -> None:
    """Raises UnusableAnswer unless it is a draft, for the task that was asked."""
    if answer.task_id != task_id:
        raise UnusableAnswer(f"The answer is for task {answer.task_id}, never asked.")
    if not html.sections(html.clean(answer.html)):
        raise UnusableAnswer("The draft has no sections.")
