"""The stages, in order. An eighth is one file here and one line in the list."""

from __future__ import annotations

from ..stage import AnyStage
from .cluster_keywords import ClusterKeywords
from .develop_ideas import DevelopIdeas
from .draw_images import DrawImages
from .gather_for_review import GatherForReview
from .queue_tasks import QueueTasks
from .write_content import WriteContent
from .write_image_prompts import WriteImagePrompts

STAGES: list[AnyStage] = [
    ClusterKeywords(),
    DevelopIdeas(),
    QueueTasks(),
    WriteContent(),
    WriteImagePrompts(),
    DrawImages(),
    GatherForReview(),
]


def stage_by_slug(slug: str) -> AnyStage:
    """The stage of this slug. Raises LookupError."""
    for stage in STAGES:
        if stage.slug == slug:
            return stage
    raise LookupError(f"no stage is called {slug!r}")
