"""Guessing passwords gets slow: ten failures for one account from one address, then a pause.

The counts live in Redis, so that all web processes share them. While Redis is away nobody is
kept out and nothing is counted; the password's slow hash still stands in the way.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from hashlib import sha256

from redis.exceptions import RedisError

from ..current import house

MOST_FAILURES = 10
WINDOW = 600
"""Seconds."""

log = logging.getLogger(__name__)


def may_try(email: str, address: str) -> bool:
    """Count one attempt at signing in; False when there were too many in the window."""
    key = _key(email, address)
    try:
        with house().redis.pipeline() as pipe:
            pipe.incr(key)
            pipe.expire(key, WINDOW, nx=True)
            attempts = int(pipe.execute()[0])
    except RedisError as error:
        log.warning("attempts at signing in are not counted: Redis is away (%s)", error)
        return True
    return attempts <= MOST_FAILURES


def forget(email: str, address: str) -> None:
    """The attempt succeeded: the failures before it no longer count."""
    with suppress(RedisError):
        house().redis.delete(_key(email, address))


def _key(email: str, address: str) -> str:
    who = sha256(f"{email.strip().lower()}\n{address}".encode()).hexdigest()
    return f"igny8:sign-in:{who}"
