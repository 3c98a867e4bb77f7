"""How long an answer may become, in tokens: generous, for one that is cut off is paid in vain."""

from __future__ import annotations

from pydantic import BaseModel

from ..article_parts import PlanArticleBrief, WriteFaqBrief, WriteSectionBrief
from ..contracts import (
    ClusterKeywordsBrief,
    DevelopIdeasBrief,
    WriteContentBrief,
    WriteImagePromptsBrief,
)

THINKING = 8000
"""On top where the limit counts a model's thinking too."""


def room_for(brief: BaseModel) -> int:
    """The limit for the answer to this brief, without thinking."""
    if isinstance(brief, ClusterKeywordsBrief):
        return 1000 + 25 * len(brief.keywords)
    if isinstance(brief, DevelopIdeasBrief):
        return 1000 + 2000 * len(brief.clusters)
    if isinstance(brief, PlanArticleBrief):
        return 3000 + 400 * brief.least_sections
    if isinstance(brief, WriteContentBrief | WriteSectionBrief):
        return 2000 + 4 * brief.target_words  # many languages take three tokens a word
    if isinstance(brief, WriteFaqBrief):
        return 1000 + 400 * (len(brief.questions) + len(brief.keywords))
    if isinstance(brief, WriteImagePromptsBrief):
        return 1000 + 500 * brief.in_article
    return 4000
