"""The variables of prompts: what a template may say of a brief without quoting its texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel

from ..providers.contracts import KeywordIn, SiteIn


@dataclass(frozen=True)
class Variable:
    """A name that a template may use. Free text of the brief is no variable: it is data."""

    says: str
    value: Callable[[Any], str | int]


_COMMON = {
    "language": Variable(
        "Language tag of the site, e.g. en or pt-BR", lambda brief: brief.site.language
    ),
    "site_name": Variable("Name of the site", lambda brief: brief.site.name),
    "site_domain": Variable("Domain of the site", lambda brief: brief.site.domain),
}
PROFILE = {
    "audience": Variable("Who reads the site", lambda brief: brief.site.audience),
    "tone": Variable("How the site speaks", lambda brief: brief.site.tone),
    "never_say": Variable("What must not appear, one a line", lambda brief: brief.site.never_say),
    "facts": Variable("What is true of the product", lambda brief: brief.site.facts),
}
_RELATED = Variable("How many articles it may link to", lambda brief: len(brief.related))
_OWN: dict[str, dict[str, Variable]] = {
    "cluster-keywords": {
        "keyword_count": Variable("How many keywords there are", lambda b: len(b.keywords)),
        "existing_count": Variable("How many clusters the site has", lambda b: len(b.existing)),
        "group_count": Variable("Groups found beforehand, or 0", lambda b: _groups(b.keywords)),
    },
    "develop-ideas": {
        "cluster_count": Variable("How many clusters there are", lambda b: len(b.clusters)),
    },
    "write-content": {
        "content_type": Variable("guide, how-to, listicle …", lambda b: b.content_type),
        "target_words": Variable("How long the article should be", lambda b: b.target_words),
        "related_count": _RELATED,
    },
    "write-content-plan": {
        "content_type": Variable("guide, how-to, listicle …", lambda b: b.content_type),
        "target_words": Variable("How long the article should be", lambda b: b.target_words),
        "least_sections": Variable("How many it needs at least", lambda b: b.least_sections),
    },
    "write-content-section": {
        "content_type": Variable("guide, how-to, listicle …", lambda b: b.content_type),
        "number": Variable("Which section is to be written, from 1", lambda b: b.number),
        "section_count": Variable("How many sections there are", lambda b: len(b.plan)),
        "target_words": Variable("How long the section should be", lambda b: b.target_words),
        "related_count": _RELATED,
    },
    "write-content-faq": {
        "question_count": Variable("Questions that were planned", lambda b: len(b.questions)),
        "keyword_count": Variable("Keywords not answered yet", lambda b: len(b.keywords)),
    },
    "write-image-prompts": {
        "in_article": Variable("Images under section headings", lambda b: _images_under(b)),
        "section_count": Variable("How many sections there are", lambda b: len(b.sections)),
    },
}


TASKS = tuple(_OWN)
"""What is asked in words, in order: stages, and steps of one (its slug, a hyphen, the step)."""


def variables(task: str) -> dict[str, str]:
    """What a template of this task may use: name → what it stands for. Raises KeyError."""
    return {name: variable.says for name, variable in _variables(task).items()}


def values_of(task: str, brief: BaseModel) -> dict[str, str | int]:
    """The same with what it is for this brief. Raises KeyError."""
    return {name: variable.value(brief) for name, variable in _variables(task).items()}


def values_of_site(site: SiteIn) -> dict[str, str | int]:
    """Those of every task, which no item is needed for."""
    bare = SimpleNamespace(site=site)
    return {name: variable.value(bare) for name, variable in (_COMMON | PROFILE).items()}


def _variables(task: str) -> dict[str, Variable]:
    return _COMMON | PROFILE | _OWN[task]


def _images_under(brief: Any) -> int:
    return min(int(brief.in_article), len(brief.sections))


def _groups(keywords: Sequence[KeywordIn]) -> int:
    return len({keyword.group for keyword in keywords} - {None})
