"""Stage 6: pending images become files on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...db import insert_into
from ...jobs_by_name import PROCESS_IMAGES
from ...models import Content, ContentStatus, Image, ImageKind, ImageStatus, ImageVersion
from ...providers.contracts import DrawImageBrief
from ..stage import Stage
from ..tools import Tools

if TYPE_CHECKING:
    from ...media import StoredImage

SIZES = {ImageKind.FEATURED: (1200, 630), ImageKind.IN_ARTICLE: (1024, 576)}
"""Width and height in pixels; 1200 × 630 is what social networks show uncropped."""


@dataclass(frozen=True)
class Drawn:
    """A picture on disk, and what it was made from."""

    picture: StoredImage
    prompt: str
    made_by: str
    """Provider and model."""


class DrawImages(Stage[DrawImageBrief, Drawn]):
    """One picture a call. A content whose images are all settled moves to review."""

    slug = "draw-images"
    title = "Image prompts → Images"
    unit = ("image prompt", "image prompts")
    makes = ("image", "images")
    job = PROCESS_IMAGES
    ids_per_ring = 16

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """Pending images, article by article."""
        return _images(site_id, ImageStatus.PENDING)

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
            take=_takes(db, image),
            width=width,
            height=height,
        )

    def work(self, brief: DrawImageBrief, tools: Tools) -> Drawn:
        """Have it drawn, verified and put on disk."""
        picture = tools.draw(brief)
        return Drawn(picture, brief.prompt, f"{tools.images.name}/{tools.images.model}")

    def store(self, items: Sequence[int], result: Drawn, db: Session) -> int:
        """Keep it as a version and point the row at it.

        An article that was approved meanwhile keeps the picture that was approved.
        """
        image = db.get_one(Image, items[0], with_for_update=True)
        made = image.status is not ImageStatus.GENERATED
        keep_version(db, image, result.picture, result.prompt, result.made_by)
        if not image.file or _is_open(db, image):
            show(image, result.picture)
        image.status, image.error = ImageStatus.GENERATED, None
        review_when_settled(db, image.content_id)
        return int(made)

    def fail(self, items: Sequence[int], reason: str, db: Session) -> None:
        """The article goes on without the picture, or with the one that it had."""
        for image in db.scalars(sa.select(Image).where(Image.id.in_(items)).with_for_update()):
            image.status, image.error = ImageStatus.FAILED, reason
            review_when_settled(db, image.content_id)

    def retryable(self, site_id: int) -> sa.Select[int, str]:
        """Pending and failed images."""
        return _images(site_id, ImageStatus.PENDING, ImageStatus.FAILED)

    def again(self, items: sa.Select[int], db: Session) -> None:
        """Failed images wait again; their article may be in review by now, and stays there."""
        db.execute(
            sa.update(Image)
            .where(Image.id.in_(items), Image.status == ImageStatus.FAILED)
            .values(status=ImageStatus.PENDING, error=None)
        )


def _images(site_id: int, *statuses: ImageStatus) -> sa.Select[int, str]:
    return (
        sa.select(Image.id, Image.alt)
        .where(Image.site_id == site_id, Image.status.in_(statuses))
        .order_by(Image.content_id, Image.position)
    )


def _takes(db: Session, image: Image) -> int:
    """How many pictures it had; one of a time when they were not counted is one."""
    kept = sa.select(sa.func.count()).where(ImageVersion.image_id == image.id)
    return max(db.scalar(kept) or 0, int(image.file is not None))


def keep_version(
    db: Session, image: Image, picture: StoredImage, prompt: str, made_by: str
) -> None:
    """Keep a picture as a version, and the one that is there beside it."""
    if image.file:  # of a time when versions were not kept
        _keep(db, image, (image.file, image.width, image.height), image.prompt, "")
    _keep(db, image, (picture.file, picture.width, picture.height), prompt, made_by)


def show(image: Image, picture: StoredImage | ImageVersion) -> None:
    """Point the row at this picture."""
    image.file, image.width, image.height = picture.file, picture.width, picture.height


def _keep(
    db: Session, image: Image, file: tuple[str, int | None, int | None], prompt: str, by: str
) -> None:
    name, width, height = file
    row = {"image_id": image.id, "file": name, "width": width, "height": height}
    row |= {"prompt": prompt, "made_by": by}
    db.execute(insert_into(db, ImageVersion).values(**row).on_conflict_do_nothing())


def _is_open(db: Session, image: Image) -> bool:
    content = db.get_one(Content, image.content_id, with_for_update=True)
    return content.status.is_open


def review_when_settled(db: Session, content_id: int) -> None:
    """Move a draft to review once none of its images is pending."""
    db.flush()
    # The lock orders two lanes that settle the last two images of one article.
    content = db.get_one(Content, content_id, with_for_update=True)
    pending = sa.select(Image.id).where(
        Image.content_id == content_id, Image.status == ImageStatus.PENDING
    )
    if content.status is ContentStatus.DRAFT and db.scalar(pending.limit(1)) is None:
        content.status = ContentStatus.REVIEW
