"""Amounts of money that a person typed."""

from __future__ import annotations

import re
from decimal import Decimal

from .errors import Invalid

MOST = Decimal(1_000_000)
PLACES = 6
"""Decimals that the database keeps."""
_AMOUNT = re.compile(r"\$?\s*((?:\d+\.?\d*|\.\d+))", re.ASCII)


def dollars(text: str, field: str) -> Decimal | None:
    """US dollars, like ``0.15`` or ``$2``; None for an empty field. Raises Invalid."""
    typed = text.strip()
    if not typed:
        return None
    found = _AMOUNT.fullmatch(typed)
    if found is None:
        raise Invalid("Write US dollars as a number with a point, like 0.15.", field)
    if len(found[1].partition(".")[2]) > PLACES:
        raise Invalid(f"Give {PLACES} decimals at most.", field)
    amount = Decimal(found[1])
    if amount > MOST:
        raise Invalid(f"This is more than ${MOST:,}.", field)
    return amount


def plain(amount: Decimal | None) -> str:
    """As it is typed into a field again, without needless zeros: ``0.15``, ``2``."""
    if amount is None:
        return ""
    whole, _, places = f"{amount:f}".partition(".")
    return f"{whole}.{places.rstrip('0')}".rstrip(".")
