"""What is asked and answered where an article is written in parts: plan, sections, questions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from .contracts import KeywordIn, LinkIn, Plain, SectionIn, SiteIn, Text, WriteContentBrief

# ---- the plan --------------------------------------------------------------------------


class PlanArticleBrief(WriteContentBrief):
    """Plan this article; its sections are written one by one afterwards."""

    least_sections: int
    """So that none of them becomes too long for one answer."""


class PlannedSection(Plain):
    """One h2 section to be written."""

    heading: Text
    points: tuple[Text, ...] = Field(min_length=1)
    """What it says, one idea each."""
    keyword_ids: tuple[int, ...] = ()
    """The keywords that it answers."""


class PlanArticleAnswer(Plain):
    """All of an article but its sections. ``introduction`` is an HTML fragment of paragraphs."""

    task_id: int
    title: Text
    slug: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,120}$")]
    meta_title: Annotated[str, StringConstraints(min_length=1, max_length=70)]
    meta_description: Annotated[str, StringConstraints(min_length=1, max_length=180)]
    excerpt: Text
    introduction: Text
    sections: tuple[PlannedSection, ...] = Field(min_length=2, max_length=20)
    questions: tuple[Text, ...] = Field(default=(), max_length=8)
    """For the FAQ."""


# ---- a section -------------------------------------------------------------------------


class WriteSectionBrief(Plain):
    """Write section ``number`` (from 1) of the plan."""

    site: SiteIn
    task_id: int
    title: str
    description: str
    content_type: str
    cluster: str
    plan: tuple[PlannedSection, ...]
    number: int
    target_words: int
    keywords: tuple[KeywordIn, ...]
    """Those that this section answers."""
    before: tuple[SectionIn, ...]
    """What was written before it, in short; the introduction has no heading."""
    related: tuple[LinkIn, ...] = ()


class WriteSectionAnswer(Plain):
    """One section without its heading. ``html`` is a fragment: h3, p, ul/ol, table, a."""

    task_id: int
    number: int
    html: Text
    summary: Text
    """What it says, for whoever writes the next."""


# ---- questions that the article leaves open --------------------------------------------


class WriteFaqBrief(Plain):
    """Answer what the article leaves open."""

    site: SiteIn
    task_id: int
    title: str
    written: tuple[SectionIn, ...]
    """The article in short."""
    questions: tuple[str, ...]
    """That were planned."""
    keywords: tuple[KeywordIn, ...]
    """That the article does not answer yet."""


class FaqEntry(Plain):
    """One question with its answer, an HTML fragment of paragraphs and lists."""

    question: Text
    html: Text


class WriteFaqAnswer(Plain):
    """A FAQ, and what it is called in the language of the site."""

    task_id: int
    heading: Text
    entries: tuple[FaqEntry, ...] = Field(min_length=1)
