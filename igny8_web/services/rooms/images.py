"""The images of a site as a gallery."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ...models import Content, Image, ImageStatus, Site
from ..filtering import Filter
from ..paging import Order, Page, Place, find_page

IMAGES_ON_A_PAGE = 24


@dataclass(frozen=True)
class ImageFilter(Filter):
    """What a person looks for among images."""

    model = Image
    statuses = ImageStatus

    status: ImageStatus | None = None


def images(
    site: Site,
    place: Place,
    wanted: ImageFilter = ImageFilter(),
    size: int = IMAGES_ON_A_PAGE,
) -> Page:
    """Images with the article they belong to, the newest first."""
    query = (
        sa.select(
            Image.id,
            Image.kind,
            Image.position,
            Image.prompt,
            Image.alt,
            Image.status,
            Image.file,
            Image.width,
            Image.height,
            Image.error,
            Image.content_id,
            Content.title,
            Content.status.label("content_status"),
        )
        .join(Content, Content.id == Image.content_id)
        .where(*wanted.conditions(site))
    )
    return find_page(query, Order([Image.id]), place, size)
