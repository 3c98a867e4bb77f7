"""Secrets at rest: encrypted with a key that is derived from the installation's secret key.

What a secret is for goes into the derivation too: sealed for one address, it opens for no other.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_PURPOSE = b"igny8_web sealing 1\0"


class CannotOpen(Exception):
    """Sealed with another secret key, for something else, or damaged since."""


@dataclass(frozen=True)
class Opened:
    """A secret, and when it was sealed."""

    text: str = field(repr=False)
    since: datetime


def seal(text: str, secret: str, about: str) -> str:
    """The text as it may be stored, in ASCII."""
    return _cipher(secret, about).encrypt(text.encode()).decode()


def unseal(sealed: str, secret: str, about: str) -> Opened:
    """What was sealed with the same ``secret`` for the same ``about``. Raises CannotOpen."""
    from cryptography.fernet import InvalidToken

    cipher = _cipher(secret, about)
    try:
        text = cipher.decrypt(sealed).decode()
        return Opened(text, datetime.fromtimestamp(cipher.extract_timestamp(sealed), UTC))
    except (InvalidToken, ValueError) as error:
        raise CannotOpen from error


def _cipher(secret: str, about: str) -> Fernet:
    # Loaded here: it takes 7 MB, and most processes never seal or open anything.
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derive = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE + about.encode())
    return Fernet(base64.urlsafe_b64encode(derive.derive(secret.encode())))
