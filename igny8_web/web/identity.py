"""Who is asking: the session of a browser, or the bearer token of an API client.

Pages know sessions only. Under ``/api/`` and ``/media/`` a bearer token counts, and a session too
as long as the request changes nothing. So no other site can make a browser change something
through the API, and the API needs no CSRF tokens: whatever changes there carries a header that
browsers never send by themselves.
"""

from __future__ import annotations

from hashlib import sha256
from typing import cast

from flask import Flask, Request, request, session
from flask_login import current_user, login_user

from ..extensions import db
from ..models import User
from ..services import accounts
from .extensions import login_manager

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
"""They change nothing (RFC 9110, section 9.2.1)."""


def init_app(app: Flask) -> None:
    """Tell Flask-Login where accounts come from."""
    login_manager.user_loader(_from_session)
    login_manager.request_loader(_from_token)


def me() -> User:
    """The account that is asking; behind the guard there always is one."""
    return cast(User, current_user._get_current_object())


def asks_api() -> bool:
    """Whether the request is for the API, where answers are JSON."""
    return request.path.startswith("/api/")


def takes_tokens() -> bool:
    """Whether a bearer token counts here: in the API, and for the pictures it names."""
    return asks_api() or request.path.startswith("/media/")


def sign_in(user: User) -> None:
    """Start a session of this account's own; nothing of the visitor's earlier one is kept."""
    session.clear()
    login_user(user)
    session["seal"] = _seal(user)


def sign_out() -> None:
    """End the session."""
    session.clear()


def _from_session(user_id: str) -> User | None:
    if asks_api() and (request.authorization or request.method not in SAFE_METHODS):
        return None
    user = db.session.get(User, int(user_id))
    return user if user and session.get("seal") == _seal(user) else None


def _from_token(request: Request) -> User | None:
    given = request.authorization
    if not takes_tokens() or given is None or given.type != "bearer" or not given.token:
        return None
    return accounts.user_for_token(given.token)


def _seal(user: User) -> str:
    """Changes with the password, so that a new password ends all sessions."""
    return sha256(user.password_hash.encode()).hexdigest()[:16]
