"""One picture of an article: what is told of it, and a picture of one's own in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..current import config
from ..extensions import session, transaction
from ..media import MediaError, store_image
from ..models import Content, Image, ImageStatus, ImageVersion, Site, User
from ..pipeline.stages.draw_images import SIZES, keep_version, review_when_settled, show
from . import in_hand
from .errors import Invalid, NotFound
from .image_versions import lock_open, refuse_while_made, versions_of
from .images import STAGE

LONGEST_PROMPT, LONGEST_ALT = 4_000, 200
"""Characters."""
MOST_BYTES = 20 * 1024 * 1024
"""Of a file that a person sends."""


@dataclass(frozen=True)
class Picture:
    """Everything its page shows."""

    image: Image
    content: Content
    versions: Sequence[ImageVersion]
    """The newest first."""
    in_run: str | None
    """The run id of the live run that makes another one."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels that its place wants."""
        return SIZES[self.image.kind]


def find_picture(site: Site, image_id: int) -> Picture:
    """The picture. Three queries. Raises NotFound."""
    row = (
        session()
        .execute(
            sa.select(Image, Content)
            .join(Content, Content.id == Image.content_id)
            .where(Image.id == image_id, Image.site_id == site.id)
        )
        .first()
    )
    if row is None:
        raise NotFound("There is no such image on this site.")
    image, content = row
    in_run = in_hand.runs_by_item([STAGE], [image.id]).get(image.id)
    return Picture(image, content, versions_of([image.id])[image.id], in_run)


def describe(site: Site, image_id: int, prompt: str, alt: str) -> None:
    """Change the prompt, which the next picture is made from, and the alternative text.

    Raises NotFound, Invalid with the field, and Refused while a picture is made or for an
    article that is decided.
    """
    prompt, alt = prompt.strip(), " ".join(alt.split())
    for field, text, most in (("prompt", prompt, LONGEST_PROMPT), ("alt", alt, LONGEST_ALT)):
        what = "The prompt" if field == "prompt" else "The alternative text"
        if not text:
            raise Invalid(f"{what} is empty.", field=field)
        if len(text) > most:
            raise Invalid(f"{what} has {len(text):,} characters, of {most:,} at most.", field=field)
    with transaction() as db:
        image = lock_open(db, site, image_id)
        if prompt != image.prompt:
            refuse_while_made(db, image)
        image.prompt, image.alt = prompt, alt


def upload(site: Site, image_id: int, data: bytes, user: User) -> None:
    """Put this person's own picture in its place; what was there stays as a version.

    It is verified, stripped of metadata and cut to the size of its place, as any other. Raises
    NotFound, Invalid for what is no picture, and Refused as :func:`describe`.
    """
    if len(data) > MOST_BYTES:
        raise Invalid(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.", field="file")
    picture = find_picture(site, image_id)
    try:  # outside the transaction: decoding takes its time, and a file too many harms nobody
        stored = store_image(config().media_dir, data, size=picture.size)
    except MediaError as error:
        raise Invalid(str(error), field="file") from error
    with transaction() as db:
        image = lock_open(db, site, image_id)
        refuse_while_made(db, image)
        keep_version(db, image, stored, "", f"uploaded by {user.email}"[:200])
        show(image, stored)
        image.status, image.error = ImageStatus.GENERATED, None
        review_when_settled(db, image.content_id)
