"""Stage 7: what is ready is gathered for a person."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...models import Content, ContentStatus, StageRun
from ..stage import Kind, LocalStage
from ..wording import count_of


class GatherForReview(LocalStage):
    """Nothing is approved by a machine: the stage counts what waits for a person."""

    slug = "gather-for-review"
    title = "Review gate"
    kind = Kind.MANUAL
    unit = ("article", "articles")
    makes = ("article for review", "articles for review")

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """Contents in review, the oldest first."""
        return (
            sa.select(Content.id, Content.title)
            .where(Content.site_id == site_id, Content.status == ContentStatus.REVIEW)
            .order_by(Content.id)
        )

    def store(self, items: Sequence[int], result: Sequence[int], db: Session) -> int:
        """Nothing changes but the count."""
        return len(items)

    def summary(self, stage_run: StageRun) -> str:
        """ "12 articles wait for your review"."""
        verb = "waits" if stage_run.total == 1 else "wait"
        return f"{count_of(stage_run.total, self.unit)} {verb} for your review"
