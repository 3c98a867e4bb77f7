"""The FAQ: questions that were planned, and keywords that the article does not answer yet."""

from __future__ import annotations

import logging
from dataclasses import replace

from ...checklist import Article, Page, missing_keywords
from ...clustering.text import folded
from ...providers.article_parts import WriteFaqAnswer, WriteFaqBrief
from ...providers.base import ProviderError
from ...providers.contracts import KeywordIn, WriteContentBrief
from .. import html
from ..faq import with_questions
from ..tools import Tools, UnusableAnswer
from .draft import Draft, named

log = logging.getLogger(__name__)

OF_THE_MODEL = {"unfit", "garbage", "truncated", "refused", "filtered"}
"""What went wrong when the model itself did: asking again would cost more than it is worth."""


def with_open_questions(draft: Draft, brief: WriteContentBrief, tools: Tools) -> Draft:
    """The draft with its open questions answered in one request; itself where there are none.

    Where the model cannot answer them the draft stays as it is: it is complete without, and the
    checklist says which keywords it lacks. Raises ProviderError when the provider cannot be
    asked.
    """
    keywords = _missing(draft, brief)
    if not keywords and not draft.questions:
        return draft
    wanted = WriteFaqBrief(
        site=brief.site,
        task_id=brief.task_id,
        title=draft.answer.title,
        written=draft.short,
        questions=draft.questions,
        keywords=keywords,
    )
    try:
        with named("The FAQ"):
            answer = _asked(wanted, tools)
    except ProviderError as error:
        if error.fatal or error.code not in OF_THE_MODEL:
            raise
        log.warning("the article of task %s stays without a FAQ: %s", brief.task_id, error.message)
        return draft
    return replace(draft, html=_added(draft.html, answer), questions=())


def _missing(draft: Draft, brief: WriteContentBrief) -> tuple[KeywordIn, ...]:
    article = Article(
        title=draft.answer.title,
        html=draft.html,
        meta_title=draft.answer.meta_title,
        meta_description=draft.answer.meta_description,
        language=brief.site.language,
        target_words=brief.target_words,
        keywords=tuple(keyword.phrase for keyword in brief.keywords),
    )
    missing = set(missing_keywords(Page(article)))
    return tuple(keyword for keyword in brief.keywords if keyword.phrase in missing)


def _asked(brief: WriteFaqBrief, tools: Tools) -> WriteFaqAnswer:
    def check(answer: WriteFaqAnswer) -> None:
        if answer.task_id != brief.task_id:
            raise UnusableAnswer(f"The answer is for task {answer.task_id}, never asked.")

    return tools.ask(brief, WriteFaqAnswer, step="faq", check=check)


def _added(text: str, answer: WriteFaqAnswer) -> str:
    """The text with the entries whose question it does not have as a heading already."""
    seen = {folded(heading) for heading in html.headings(text)}
    entries: list[tuple[str, str]] = []
    for entry in answer.entries:
        question = html.plain(entry.question)
        body = html.below(html.clean_answer(entry.html, ()), 3)
        asked = folded(html.text_of(question))
        if html.text_of(body) and asked not in seen:
            seen.add(asked)
            entries.append((question, body))
    return with_questions(text, html.plain(answer.heading), entries) if entries else text
