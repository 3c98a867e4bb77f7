"""Accounts: making them, signing in, API tokens and the one-time link of the first start."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from ..extensions import session, transaction
from ..models import ApiToken, OwnerLink, User
from .errors import Invalid, NotFound

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1024
LONGEST_EMAIL = 254
"""Characters; RFC 5321 allows no longer address."""

# What browsers accept in <input type="email"> (WHATWG HTML, "valid e-mail address").
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*")

_METHOD = "scrypt:32768:8:1"
_NOBODY = f"{_METHOD}$nobody$"
"""The hash of no password; checking it takes as long as checking a real one."""


class LinkSpent(NotFound):
    """The one-time link was used, was replaced by a newer one, or never was one."""


def create_user(email: str, password: str) -> User:
    """Make an account. Raises Invalid (``email`` or ``password``)."""
    user = _new_user(email, password)
    try:
        with transaction() as db:
            db.add(user)
    except IntegrityError:
        raise Invalid(f"There is an account for {user.email} already.", "email") from None
    return user


def authenticate(email: str, password: str) -> User | None:
    """Whose account this is; takes the same time when there is none."""
    user = session().scalar(sa.select(User).where(User.email == email.strip().lower()))
    known = user.password_hash if user else _NOBODY
    return user if check_password_hash(known, password[:LONGEST_PASSWORD]) else None


def change_password(user: User, password: str) -> None:
    """Set a new password, which ends the account's sessions. Raises Invalid.

    API tokens stay: they are not derived from the password.
    """
    digest = _password_hash(password)
    with transaction() as db:
        db.get_one(User, user.id).password_hash = digest


def find_user(email: str) -> User:
    """The account with this e-mail address. Raises NotFound."""
    user = session().scalar(sa.select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise NotFound(f"There is no account for {email.strip()}.")
    return user


def create_token(user: User) -> str:
    """Make an API token. It is shown this once; the database keeps its digest only."""
    token = f"igny8_{secrets.token_urlsafe(32)}"
    with transaction() as db:
        db.add(ApiToken(user_id=user.id, digest=_digest(token)))
    return token


def user_for_token(token: str) -> User | None:
    """Whose API token this is."""
    return session().scalar(sa.select(User).join(ApiToken).where(ApiToken.digest == _digest(token)))


def new_owner_link() -> str | None:
    """The secret of a fresh link that creates the owner account; None when there is one.

    An earlier link that was not used stops working.
    """
    token = secrets.token_urlsafe(32)
    with transaction() as db:
        if _anybody(db):
            return None
        db.execute(sa.delete(OwnerLink).where(OwnerLink.used_at.is_(None)))
        db.add(OwnerLink(digest=_digest(token)))
    return token


def check_owner_link(token: str) -> None:
    """Raises LinkSpent unless the link can still be used."""
    _usable_link(session(), token)


def claim_owner_link(token: str, email: str, password: str) -> User:
    """Create the owner account with the link, once. Raises LinkSpent and Invalid."""
    user = _new_user(email, password)
    with transaction() as db:
        link = _usable_link(db, token)
        link.used_at = datetime.now(UTC)
        db.add(user)
    return user


def _usable_link(db: Session, token: str) -> OwnerLink:
    link = db.scalar(
        sa.select(OwnerLink)
        .where(OwnerLink.digest == _digest(token), OwnerLink.used_at.is_(None))
        .with_for_update()
    )
    if link is None or _anybody(db):
        raise LinkSpent(
            "This link was used already, or a newer one replaced it. If you have no account yet, "
            "restart igny8_web: it prints a new link as long as nobody has an account."
        )
    return link


def _anybody(db: Session) -> bool:
    return db.scalar(sa.select(User.id).limit(1)) is not None


def _new_user(email: str, password: str) -> User:
    email = email.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid("This is no e-mail address; it looks like name@example.com.", "email")
    return User(email=email, password_hash=_password_hash(password))


def _password_hash(password: str) -> str:
    # Slow on purpose, hence never inside a transaction.
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"The password needs {SHORTEST_PASSWORD} characters or more.", "password")
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(f"The password has more than {LONGEST_PASSWORD} characters.", "password")
    return generate_password_hash(password, method=_METHOD)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
