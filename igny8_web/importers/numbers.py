"""Cells that hold numbers, read strictly: a number, unknown, or a reason. Nothing is guessed."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

from .limits import MAX_CPC, MAX_VOLUME
from .phrases import shown

T = TypeVar("T")

_UNKNOWN = frozenset({"", "n/a", "na", "-", "--", "–", "—"})
_SIGNS = str.maketrans(
    {"٬": ",", "٫": ".", "−": "-", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "}
)
_PLAIN = re.compile(r"(\d+)(?:\.0+)?")
_GROUPED = re.compile(r"[1-9]\d{0,2}([ ,'])\d{3}(?:\1\d{3})*(?:\.0{1,2})?")
_GROUPED_INDIAN = re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}(?:\.0{1,2})?")
_GROUPED_BY_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}")
_POINT_AND_THREE = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_SHORT = re.compile(r"(\d+(?:[.,]\d{1,2})?) ?([KMkm])")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_RANGE = re.compile(r"(\d[\d.,' ]*[KMkm]?)\s*[-–—]\s*(\d[\d.,' ]*[KMkm]?)")
_UNDER = re.compile(r"[<≤]\s*(\d+)")
_PERCENT = re.compile(r"(-?\d+(?:[.,]\d{1,2})?) ?%?")
_CURRENCY = re.compile(r"^(-?) ?(US\$|[$€£]) ?| ?([$€£])$")
_GROUPED_PRICE = re.compile(r"\d{1,3}(?:,\d{3})+\.\d{1,2}|\d{1,3}(?:\.\d{3})+,\d{1,2}")
_COMMA_AND_THREE = re.compile(r"[1-9]\d{0,2},\d{3}")
_PRICE = re.compile(r"\d*[.,]?\d+")


class BadCell(ValueError):
    """A cell that cannot be read; the message goes on after the column's name."""


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What a cell says: None is unknown; the note tells what was not taken literally."""

    value: T | None
    note: str | None = None


def read_volume(cell: str) -> Reading[int]:
    """Searches a month, a whole number from 0.

    ``1,300``, ``1 300``, ``1.5K`` and digits of any script are numbers; ``1K–10K`` is a range
    and stands for its middle; ``<10`` and ``N/A`` are unknown. Raises BadCell.
    """
    text = _digits(cell)
    if text.casefold() in _UNKNOWN:
        return Reading(None)
    if under := _UNDER.fullmatch(text):
        return Reading(None, f"volume is under {under[1]}: left unknown")
    if span := _RANGE.fullmatch(text):
        low, high = _whole(span[1].strip(), cell), _whole(span[2].strip(), cell)
        if low > high:
            raise BadCell(f"“{shown(cell)}” is a range that ends below its beginning")
        middle = _middle(low, high)
        return Reading(middle, f"volume {middle:,} is the middle of {low:,} to {high:,}")
    return Reading(_whole(text, cell))


def read_difficulty(cell: str) -> Reading[int]:
    """How hard it is to rank, 0 to 100; decimals are rounded with a note. Raises BadCell."""
    text = _digits(cell)
    if text.casefold() in _UNKNOWN:
        return Reading(None)
    match = _PERCENT.fullmatch(text)
    if not match:
        raise _no_number(text, cell)
    exact = Decimal(match[1].replace(",", "."))
    if not 0 <= exact <= 100:
        raise BadCell(f"“{shown(cell)}” is outside 0 to 100")
    value = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return Reading(value, None if value == exact else f"difficulty {exact} was rounded to {value}")


def read_cpc(cell: str) -> Reading[Decimal]:
    """Price of a click, with decimal point or comma, with or without $ € £. Raises BadCell."""
    text = _digits(cell)
    if text.casefold() in _UNKNOWN:
        return Reading(None)
    sign = _CURRENCY.search(text)
    currency = (sign[2] or sign[3]) if sign else "$"
    amount = _price(_CURRENCY.sub(r"\1", text), cell)
    if amount > MAX_CPC:
        raise BadCell(f"“{shown(cell)}” is too large (the limit is {MAX_CPC:,})")
    note = f"cpc is in {currency}, not converted" if currency in ("€", "£") else None
    return Reading(amount, note)


def _digits(cell: str) -> str:
    """The trimmed cell with digits and separators of other scripts as ASCII. Raises BadCell."""
    text = cell.strip()
    # No number is this long; the patterns below need not cope with it.
    if len(text) > 40:
        raise BadCell(f"“{shown(cell)}” is not a number")
    if text.isascii():
        return text
    return "".join(
        str(digit) if (digit := unicodedata.decimal(char, None)) is not None else char
        for char in text.translate(_SIGNS)
    )


def _whole(text: str, cell: str) -> int:
    if text.startswith("-"):
        if _whole(text[1:].strip(), cell) == 0:
            return 0
        raise BadCell(f"“{shown(cell)}” is negative")
    if _POINT_AND_THREE.fullmatch(text):
        raise BadCell(f"“{shown(cell)}” is ambiguous: {text.replace('.', '')} or {float(text):g}?")
    if short := _SHORT.fullmatch(text):
        factor = 1_000 if short[2] in "kK" else 1_000_000
        exact = Decimal(short[1].replace(",", ".")) * factor
    elif plain := _PLAIN.fullmatch(text):
        exact = Decimal(plain[1])
    elif _GROUPED.fullmatch(text) or _GROUPED_INDIAN.fullmatch(text):
        exact = Decimal(re.sub(r"[ ,']|\..*", "", text))
    elif _GROUPED_BY_POINTS.fullmatch(text):
        exact = Decimal(text.replace(".", ""))
    elif _DECIMAL.fullmatch(text):
        raise BadCell(f"“{shown(cell)}” is not a whole number")
    else:
        raise _no_number(text, cell)
    if exact > MAX_VOLUME:
        raise BadCell(f"“{shown(cell)}” is too large (the limit is {MAX_VOLUME:,})")
    return int(exact)


def _price(text: str, cell: str) -> Decimal:
    if text.startswith("-"):
        amount = _price(text[1:].strip(), cell)
        if amount == 0:
            return amount
        raise BadCell(f"“{shown(cell)}” is negative")
    if _COMMA_AND_THREE.fullmatch(text):
        raise BadCell(
            f"“{shown(cell)}” is ambiguous: {text.replace(',', '')} or {text.replace(',', '.')}?"
        )
    if _GROUPED_PRICE.fullmatch(text):
        whole, cents = re.split(r"[.,](?=\d{1,2}$)", text)
        return Decimal(f"{re.sub('[.,]', '', whole)}.{cents}")
    if _PRICE.fullmatch(text):
        return Decimal(text.replace(",", "."))
    raise _no_number(text, cell)


def _middle(low: int, high: int) -> int:
    # Keyword Planner's own download writes its ranges 10–100, 100–1K, 1K–10K … as 50, 500, 5000.
    return high // 2 if high == 10 * low else (low + high) // 2


def _no_number(text: str, cell: str) -> BadCell:
    try:
        finite = math.isfinite(float(text))
    except ValueError:
        finite = True
    if not finite:
        return BadCell(f"“{shown(cell)}” is not a finite number")
    return BadCell(f"“{shown(cell)}” is not a number")
