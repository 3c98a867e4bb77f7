"""Making a picture once more, and going back to one that it had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..extensions import session, transaction
from ..models import (
    Content,
    ContentStatus,
    Image,
    ImageStatus,
    ImageVersion,
    Run,
    Site,
    Trigger,
)
from ..pipeline.stages.draw_images import review_when_settled, show
from .errors import NotFound, Refused
from .images import STAGE, generate
from .in_hand import run_with


def versions_of(image_ids: Sequence[int]) -> Mapping[int, Sequence[ImageVersion]]:
    """Every picture that these images have or had, by image, the newest first. One query."""
    found: dict[int, list[ImageVersion]] = defaultdict(list)
    query = sa.select(ImageVersion).where(ImageVersion.image_id.in_(image_ids))
    for version in session().scalars(query.order_by(ImageVersion.id.desc())):
        found[version.image_id].append(version)
    return found


def make_again(site: Site, image_id: int, trigger: Trigger = Trigger.MANUAL) -> Run:
    """Start making another picture; the one that is there stays until then, and as a version.

    Raises NotFound, Refused for an article that is decided, NothingWaiting as ``generate`` does.
    """
    with transaction() as db:
        image = lock_open(db, site, image_id)
        if image.status is ImageStatus.GENERATED:
            image.status, image.error = ImageStatus.PENDING, None
            db.flush()
        return generate(site, [image.id], trigger)


def use(site: Site, image_id: int, version_id: int) -> None:
    """Show this picture again.

    Raises NotFound, and Refused while another is being made or when the article is decided.
    """
    with transaction() as db:
        image = lock_open(db, site, image_id)
        version = db.scalar(sa.select(ImageVersion).filter_by(id=version_id, image_id=image.id))
        if version is None:
            raise NotFound("There is no such version of this picture.")
        refuse_while_made(db, image)
        show(image, version)
        image.status, image.error = ImageStatus.GENERATED, None
        review_when_settled(db, image.content_id)


def lock_open(db: Session, site: Site, image_id: int) -> Image:
    """The image of the site, locked, and its article, which nobody may have decided on.

    Raises NotFound, and Refused for an article that is decided.
    """
    image = db.scalar(
        sa.select(Image).where(Image.id == image_id, Image.site_id == site.id).with_for_update()
    )
    if image is None:
        raise NotFound("There is no such image on this site.")
    content = db.get_one(Content, image.content_id, with_for_update=True)
    if not content.status.is_open:
        then = " Send it back first." if content.status is ContentStatus.APPROVED else ""
        raise Refused(
            f"“{content.title}” is {content.status}: its pictures stay as they are.{then}"
        )
    return image


def refuse_while_made(db: Session, image: Image) -> None:
    """Raise Refused while a live run has the image in hand."""
    if run_with(db, [STAGE], [image.id]):
        raise Refused(
            "Another picture is being made of it. Wait for it, or cancel its run; then try again."
        )
