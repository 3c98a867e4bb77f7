"""The provider itself: which function answers which stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from ..base import ProviderError, Question, TextAnswer, Usage
from .cluster import cluster_keywords
from .draft import write_content
from .ideas import develop_ideas
from .image_prompts import write_image_prompts

_ANSWERS: dict[str, Callable[[Any], BaseModel]] = {
    "cluster-keywords": cluster_keywords,
    "develop-ideas": develop_ideas,
    "write-content": write_content,
    "write-image-prompts": write_image_prompts,
}


class OfflineText:
    """A text provider that needs nobody else. See the package for what it can and cannot do."""

    name = "offline"
    model = "offline-1"
    keywords_per_call = 20_000

    repairs = False
    reads_prompts = False
    in_parts = False
    answer_seconds = 60.0
    paid = False

    def most(self, question: Question) -> Usage:
        """Nothing is counted."""
        return {}

    def answer(self, question: Question) -> TextAnswer:
        """Answer the question, free of charge.

        Raises ProviderError for a stage that the built-in writer does not know.
        """
        write = _ANSWERS.get(question.task)
        if write is None:
            known = ", ".join(_ANSWERS)
            raise ProviderError(
                f"The built-in offline writer cannot do “{question.task}” (it can do {known}). "
                "Choose another text provider for this stage.",
                fatal=True,
            )
        return TextAnswer(data=write(question.brief).model_dump(mode="json"))
