"""Sites: who sees which, and making one."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..extensions import session, transaction
from ..models import Content, ContentStatus, Image, ImageVersion, Site, User
from . import site_fields
from .counting import Tally, tally
from .errors import Invalid, NotFound

# What /sites/<word> means otherwise.
_RESERVED = {"new", "go"}


def visible_to(user: User) -> sa.Select[Site]:
    """The sites that an account may see and work on.

    Every account is an owner of this installation and sees all its sites. This is the one
    place to change when that is no longer so: whatever shows something of a site asks here.
    """
    return sa.select(Site).order_by(Site.id)


def visible_ids(user: User) -> sa.Select[int]:
    """The ids of :func:`visible_to`, for a query on what belongs to sites."""
    return visible_to(user).with_only_columns(Site.id).order_by(None)


def sites_of(user: User) -> Sequence[Site]:
    """The sites that the account may see, oldest first."""
    return session().scalars(visible_to(user)).all()


def find_site(user: User, slug: str) -> Site:
    """The site with this slug. Raises NotFound."""
    return _found(visible_to(user).where(Site.slug == slug))


def find_site_by_id(user: User, site_id: int) -> Site:
    """The site with this id. Raises NotFound."""
    return _found(visible_to(user).where(Site.id == site_id))


def may_see_file(user: User, file: str) -> bool:
    """Whether a visible site has or had a picture as ``file`` (path below the media folder)."""
    mine = sa.select(Image.id).where(Image.site_id.in_(visible_ids(user)))
    had = mine.join(ImageVersion).where(ImageVersion.file == file)
    picture = mine.where(Image.file == file).union_all(had).limit(1)
    return session().scalar(picture) is not None


def awaiting_review(site: Site) -> Tally:
    """How many contents of the site wait for a person."""
    return tally(Content, Content.site_id == site.id, Content.status == ContentStatus.REVIEW)


def create_site(name: str, domain: str = "", language: str = "en", timezone: str = "UTC") -> Site:
    """Make a site; its slug comes from its name. Raises Invalid (the field's name).

    ``domain`` is a host name, a scheme before it is dropped; it may be empty. ``language`` is a
    BCP 47 tag, ``timezone`` an IANA name.
    """
    site = Site(
        name=site_fields.name(name),
        domain=site_fields.domain(domain),
        language=site_fields.language(language),
        timezone=site_fields.timezone(timezone),
    )
    try:
        with transaction() as db:
            site.slug = _free_slug(db, site.name)
            db.add(site)
    except IntegrityError:  # somebody took the same slug in the meantime
        raise Invalid("A site of this name was made just now.", "name") from None
    return site


def _found(query: sa.Select[Site]) -> Site:
    site = session().scalar(query)
    if site is None:
        raise NotFound("There is no such site.")
    return site


def _free_slug(db: Session, name: str) -> str:
    """From the name, in its own script; ``-2``, ``-3`` … where it is taken."""
    wanted = "-".join(_words(name))[:70].strip("-") or "site"
    near = sa.select(Site.slug).where(Site.slug.startswith(wanted, autoescape=True))
    taken = set(db.scalars(near)) | _RESERVED
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _words(text: str) -> list[str]:
    """Runs of letters, their marks, and digits."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded).split()
