"""Stage 6: pending images become files on disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...jobs_by_name import PROCESS_IMAGES
from ...models import Content, ContentStatus, Image, ImageKind, ImageStatus
from ...providers.contracts import DrawImageBrief
from ..stage import Stage
from ..tools import Tools

if TYPE_CHECKING:
    from ...media import StoredImage

SIZES = {ImageKind.FEATURED: (1200, 630), ImageKind.IN_ARTICLE: (1024, 576)}
"""Width and height in pixels; 1200 × 630 is what social networks show uncropped."""


class DrawImages(Stage[DrawImageBrief, "StoredImage"]):
    """One picture a call. A content whose images are all settled moves to review."""

    slug = "draw-images"
    title = "Image prompts → Images"
    unit = ("image prompt", "image prompts")
    makes = ("image", "images")
    job = PROCESS_IMAGES
    ids_per_ring = 16

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """Pending images, article by article."""
        return (
            sa.select(Image.id, Image.alt)
            .where(Image.site_id == site_id, Image.status == ImageStatus.PENDING)
            .order_by(Image.content_id, Image.position)
        )

    def brief(self, items: Sequence[int], db: Session) -> DrawImageBrief:
        """The prompt, and the article it belongs to."""
        image = db.get_one(Image, items[0])
        content = db.get_one(Content, image.content_id)
        width, height = SIZES[image.kind]
        return DrawImageBrief(
            image_id=image.id,
            kind=image.kind.value,
            prompt=image.prompt,
            alt=image.alt,
            title=content.title,
            cluster=content.task.idea.cluster.name,
            width=width,
            height=height,
        )

    def work(self, brief: DrawImageBrief, tools: Tools) -> StoredImage:
        """Have it drawn, verified and put on disk."""
        return tools.draw(brief)

    def store(self, items: Sequence[int], result: StoredImage, db: Session) -> int:
        """Point the row at its file."""
        image = db.get_one(Image, items[0], with_for_update=True)
        made = image.status is not ImageStatus.GENERATED
        image.status, image.error = ImageStatus.GENERATED, None
        image.file, image.width, image.height = result.file, result.width, result.height
        _review_when_settled(db, image.content_id)
        return int(made)

    def fail(self, items: Sequence[int], reason: str, db: Session) -> None:
        """The picture is missing, the article goes on without it."""
        for image in db.scalars(sa.select(Image).where(Image.id.in_(items)).with_for_update()):
            image.status, image.error = ImageStatus.FAILED, reason
            _review_when_settled(db, image.content_id)


def _review_when_settled(db: Session, content_id: int) -> None:
    db.flush()
    # The lock orders two lanes that settle the last two images of one article.
    content = db.get_one(Content, content_id, with_for_update=True)
    pending = sa.select(Image.id).where(
        Image.content_id == content_id, Image.status == ImageStatus.PENDING
    )
    if content.status is ContentStatus.DRAFT and db.scalar(pending.limit(1)) is None:
        content.status = ContentStatus.REVIEW
