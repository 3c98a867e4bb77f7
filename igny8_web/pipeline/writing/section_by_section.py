"""A long article: a plan, then one request for each section, so that none is cut off."""

from __future__ import annotations

from functools import partial
from math import ceil

from ...providers.article_parts import (
    PlanArticleAnswer,
    PlanArticleBrief,
    PlannedSection,
    WriteSectionAnswer,
    WriteSectionBrief,
)
from ...providers.contracts import (
    KeywordIn,
    LinkIn,
    SectionIn,
    WriteContentAnswer,
    WriteContentBrief,
)
from .. import html
from ..tools import Tools, UnusableAnswer
from .draft import Draft, author, named

SECTION_WORDS = 500
"""A section that should have more is better two."""
LEAST_WORDS = 120
INTRODUCTION_WORDS, QUESTION_WORDS = 120, 60
"""What the sections leave to the introduction, and to each question of the FAQ."""


def section_by_section(brief: WriteContentBrief, tools: Tools) -> Draft:
    """Plan it, then write it. Raises ProviderError, which names the part."""
    with named("The plan"):
        plan = _planned(brief, tools)
    version = tools.prompt_version
    introduction = html.below(html.clean_answer(plan.introduction, ()), 2)
    parts = [introduction]
    short = [SectionIn(heading="", text=html.text_of(introduction))]
    links = brief.related
    for number, section in enumerate(plan.sections, 1):
        wanted = _wanted(brief, plan, number, tuple(short), links)
        with named(f"Section “{section.heading}”"):
            answer = _section(wanted, tools)
        body = html.below(html.clean_answer(answer.html, {link.path for link in links}), 2)
        parts.append(f"<h2>{html.plain(section.heading)}</h2>\n{body}")
        short.append(SectionIn(heading=section.heading, text=answer.summary))
        links = tuple(link for link in links if f'href="{link.path}"' not in body)
    text = "\n".join(parts)
    return Draft(_whole(plan, text), text, author(tools), version, tuple(short), plan.questions)


def _planned(brief: WriteContentBrief, tools: Tools) -> PlanArticleAnswer:
    least = ceil(brief.target_words / SECTION_WORDS)
    wanted = PlanArticleBrief(**{**dict(brief), "related": ()}, least_sections=least)
    check = partial(_check_plan, brief)
    return tools.ask(wanted, PlanArticleAnswer, step="plan", check=check)


def _section(wanted: WriteSectionBrief, tools: Tools) -> WriteSectionAnswer:
    check = partial(_check_section, wanted)
    return tools.ask(wanted, WriteSectionAnswer, step="section", aside={"related"}, check=check)


def _wanted(
    brief: WriteContentBrief,
    plan: PlanArticleAnswer,
    number: int,
    before: tuple[SectionIn, ...],
    links: tuple[LinkIn, ...],
) -> WriteSectionBrief:
    section = plan.sections[number - 1]
    return WriteSectionBrief(
        site=brief.site,
        task_id=brief.task_id,
        title=plan.title,
        description=brief.description,
        content_type=brief.content_type,
        cluster=brief.cluster,
        plan=plan.sections,
        number=number,
        target_words=_words_each(brief.target_words, plan),
        keywords=_keywords_of(brief, section),
        before=before,
        related=links,
    )


def _keywords_of(brief: WriteContentBrief, section: PlannedSection) -> tuple[KeywordIn, ...]:
    return tuple(keyword for keyword in brief.keywords if keyword.id in section.keyword_ids)


def _words_each(target: int, plan: PlanArticleAnswer) -> int:
    rest = target - INTRODUCTION_WORDS - QUESTION_WORDS * len(plan.questions)
    return max(LEAST_WORDS, round(rest / len(plan.sections)))


def _whole(plan: PlanArticleAnswer, text: str) -> WriteContentAnswer:
    fields = WriteContentAnswer.model_fields.keys() - {"html"}
    return WriteContentAnswer(**plan.model_dump(include=set(fields)), html=text)


def _check_plan(brief: WriteContentBrief, plan: PlanArticleAnswer) -> None:
    """Raises UnusableAnswer unless it plans what was asked."""
    if plan.task_id != brief.task_id:
        raise UnusableAnswer(f"The answer is for task {plan.task_id}, never asked.")
    known = {keyword.id for keyword in brief.keywords}
    named_ids = {keyword_id for section in plan.sections for keyword_id in section.keyword_ids}
    if unknown := named_ids - known:
        raise UnusableAnswer(f"The plan names keywords never asked: {sorted(unknown)[:5]}.")


def _check_section(brief: WriteSectionBrief, answer: WriteSectionAnswer) -> None:
    """Raises UnusableAnswer unless it is the section that was asked, with words in it."""
    if (answer.task_id, answer.number) != (brief.task_id, brief.number):
        raise UnusableAnswer(
            f"The answer is section {answer.number} of task {answer.task_id}; "
            f"section {brief.number} of task {brief.task_id} was asked."
        )
    body = html.below(html.clean_answer(answer.html, ()), 2)
    if not html.text_of(body):
        raise UnusableAnswer("The section has no text.")
