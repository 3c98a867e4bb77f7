"""The names under which RQ finds our jobs: what may ring needs the name, not the function."""

from __future__ import annotations

WORK_LANE = "igny8_web.jobs.work_lane"
PROCESS_IMAGES = "igny8_web.jobs.process_image_generation_queue"

JOBS = frozenset({WORK_LANE, PROCESS_IMAGES})
"""The only functions a job may name."""
