"""Choices that look free and are always the same: drawn from a hash, never from chance."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def number(*key: object) -> int:
    """A number of 64 bits that depends on nothing but ``key``."""
    text = "\x1f".join(str(part) for part in key)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def pick(options: Sequence[T], *key: object) -> T:
    """One of ``options`` (at least one), chosen by ``key``."""
    return options[number(*key) % len(options)]


def shuffled(options: Sequence[str], *key: object) -> list[str]:
    """All ``options`` in an order chosen by ``key``."""
    return sorted(options, key=lambda option: number(option, *key))
