"""What has a prompt: the stages that ask a chat model, and their steps."""

from __future__ import annotations

from dataclasses import dataclass

from ...pipeline.prompt_variables import TASKS
from ...pipeline.stage import AnyStage
from ...pipeline.stages import STAGES
from ..errors import NotFound

_STEPS = {
    "plan": "the plan of a long article",
    "section": "a section of a long article",
    "faq": "questions left open",
}


@dataclass(frozen=True)
class Task:
    """Something that is asked in words: a stage, or a step of one."""

    slug: str
    stage: AnyStage

    @property
    def title(self) -> str:
        """As the stage's card has it, and the step."""
        step = self.slug.removeprefix(self.stage.slug).strip("-")
        return f"{self.stage.title}: {_STEPS.get(step, step)}" if step else self.stage.title


def tasks() -> list[Task]:
    """Everything that has a prompt, in the order of the stages."""
    by_length = sorted(STAGES, key=lambda stage: -len(stage.slug))
    return [
        Task(slug, next(s for s in by_length if f"{slug}-".startswith(f"{s.slug}-")))
        for slug in TASKS
    ]


def find_task(slug: str) -> Task:
    """Raises NotFound."""
    for task in tasks():
        if task.slug == slug:
            return task
    raise NotFound("There is no such prompt.")
