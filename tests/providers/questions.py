"""Questions as the pipeline asks them."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import BaseModel

from igny8_web.pipeline.prompts import prompt_for
from igny8_web.providers.article_parts import (
    PlanArticleAnswer,
    WriteFaqAnswer,
    WriteSectionAnswer,
)
from igny8_web.providers.base import Question
from igny8_web.providers.contracts import (
    ClusterKeywordsAnswer,
    DevelopIdeasAnswer,
    WriteContentAnswer,
    WriteImagePromptsAnswer,
)

ANSWERS: dict[str, type[BaseModel]] = {
    "cluster-keywords": ClusterKeywordsAnswer,
    "develop-ideas": DevelopIdeasAnswer,
    "write-content": WriteContentAnswer,
    "write-content-plan": PlanArticleAnswer,
    "write-content-section": WriteSectionAnswer,
    "write-content-faq": WriteFaqAnswer,
    "write-image-prompts": WriteImagePromptsAnswer,
}


def question(task: str, brief: Any) -> Question:
    """What the stage with this slug asks about the brief."""
    schema = ANSWERS.get(task, BaseModel)
    return Question(task, brief, schema, partial(prompt_for, task, brief))
