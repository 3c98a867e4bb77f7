"""What a command's arguments name."""

from __future__ import annotations

from sqlalchemy import select

from ..extensions import session
from ..models import Site
from ..services.errors import NotFound


def site_called(slug: str) -> Site:
    """The site of this slug. Raises NotFound, which names the sites there are."""
    site = session().scalar(select(Site).where(Site.slug == slug))
    if site is None:
        known = ", ".join(session().scalars(select(Site.slug).order_by(Site.slug))) or "none yet"
        raise NotFound(f"There is no site {slug!r}. Sites: {known}.")
    return site
