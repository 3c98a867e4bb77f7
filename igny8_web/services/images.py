"""*Generate* on the Images page: the same stage and the same RQ function as in a full run."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ..extensions import session
from ..models import Image, ImageStatus, Run, Site, Trigger
from . import by_hand
from .automation import MOST_CHOSEN
from .errors import Refused
from .filtering import NoneChosen

STAGE = "draw-images"


def generate(site: Site, image_ids: Sequence[int], trigger: Trigger = Trigger.MANUAL) -> Run:
    """Start making these images of the site; those that failed are tried again.

    Raises NoneChosen, NothingWaiting when none of them can be made now, and Refused for too many.
    """
    if not image_ids:
        raise NoneChosen("Choose at least one image that is pending or failed.")
    if len(image_ids) > MOST_CHOSEN:
        raise Refused(f"Choose {MOST_CHOSEN:,} images at most; these are {len(image_ids):,}.")
    return by_hand.start(site, STAGE, image_ids, trigger)


def generate_all(site: Site, status: ImageStatus, trigger: Trigger = Trigger.MANUAL) -> Run:
    """Start making all images of this status, pending or failed, the oldest first.

    Raises as :func:`generate` does. Of very many the first :data:`MOST_CHOSEN` are taken.
    """
    ids = session().scalars(
        sa.select(Image.id)
        .where(Image.site_id == site.id, Image.status == status)
        .order_by(Image.id)
        .limit(MOST_CHOSEN)
    )
    return generate(site, ids.all(), trigger)
