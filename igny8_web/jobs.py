"""All functions that RQ may call: ids in, nothing out. Their names are in ``jobs_by_name``."""

from __future__ import annotations

from collections.abc import Sequence

from .pipeline import runner


def work_lane(stage_run_id: int) -> None:
    """Work one lane of this stage run for a slice."""
    runner.work_lane(stage_run_id)


def process_image_generation_queue(image_ids: Sequence[int]) -> None:
    """Make these images: those of them that wait in a live run.

    The one way to an image: stage 6 of the automation and *Generate* on the Images page both
    ring it, with image ids.
    """
    for stage_run_id in runner.stage_runs_waiting_for("draw-images", image_ids):
        runner.work_lane(stage_run_id, only=image_ids)
