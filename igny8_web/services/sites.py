"""Sites: who sees which, and making one."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..extensions import session, transaction
from ..models import Content, ContentStatus, Image, Site, User
from .errors import Invalid, NotFound

LONGEST_NAME = 120

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")  # RFC 1123
# Language, script, region, variants: the part of BCP 47 (RFC 5646) that names languages.
_LANGUAGE = re.compile(r"([a-z]{2,3})(-[a-z]{4})?(-(?:[a-z]{2}|\d{3}))?((?:-[a-z0-9]{5,8})*)", re.I)
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
    """Whether a picture of a visible site is stored as ``file`` (path below the media folder)."""
    mine = Image.site_id.in_(visible_ids(user))
    picture = sa.select(Image.id).where(Image.file == file, mine).limit(1)
    return session().scalar(picture) is not None


def awaiting_review(site: Site) -> int:
    """How many contents of the site wait for a person."""
    return (
        session().scalar(
            sa.select(sa.func.count()).where(
                Content.site_id == site.id, Content.status == ContentStatus.REVIEW
            )
        )
        or 0
    )


def create_site(name: str, domain: str = "", language: str = "en", timezone: str = "UTC") -> Site:
    """Make a site; its slug comes from its name. Raises Invalid (the field's name).

    ``domain`` is a host name, a scheme before it is dropped; it may be empty. ``language`` is a
    BCP 47 tag, ``timezone`` an IANA name.
    """
    site = Site(
        name=_name(name),
        domain=_domain(domain),
        language=_language(language),
        timezone=_timezone(timezone),
    )
    try:
        with transaction() as db:
            site.slug = _free_slug(db, site.name)
            db.add(site)
    except IntegrityError:  # somebody took the same slug in the meantime
        raise Invalid("A site of this name was made just now.", "name") from None
    return site


@cache
def timezone_names() -> tuple[str, ...]:
    """The IANA names that are known here, in order."""
    return tuple(sorted(zoneinfo.available_timezones()))


def _found(query: sa.Select[Site]) -> Site:
    site = session().scalar(query)
    if site is None:
        raise NotFound("There is no such site.")
    return site


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid("A site needs a name.", "name")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"The name has more than {LONGEST_NAME} characters.", "name")
    return name


def _domain(text: str) -> str:
    domain = re.sub(r"^https?://", "", text.strip().lower()).rstrip("/")
    if domain and not _is_host_name(domain):
        raise Invalid("Give the host name alone, like www.example.com, or nothing.", "domain")
    return domain


def _is_host_name(text: str) -> bool:
    try:
        ascii_form = text.encode("idna").decode()  # bücher.example is xn--bcher-kva.example
    except UnicodeError:
        return False
    return len(ascii_form) <= 253 and _HOST.fullmatch(ascii_form) is not None


def _language(text: str) -> str:
    match = _LANGUAGE.fullmatch(text.strip())
    if match is None or len(match[0]) > 20:
        raise Invalid("The language is a tag like en, de or pt-BR.", "language")
    language, script, region, variants = (part or "" for part in match.groups())
    return f"{language.lower()}{script.title()}{region.upper()}{variants.lower()}"


def _timezone(text: str) -> str:
    if text.strip() not in timezone_names():
        raise Invalid("Choose a time zone of the list, like Europe/Berlin.", "timezone")
    return text.strip()


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
