"""Asking through the record of calls: a recorded answer first, else the provider."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..providers.base import ProviderError
from .calls import CallRecord
from .time_limit import TimeIsUp

Paid = tuple[dict[str, Any], Decimal, dict[str, int]]
"""The answer as JSON data, its price in US dollars, tokens used."""

STOPPED = "It took too long and was stopped; the provider may have charged for it."


def recorded(
    record: CallRecord,
    call: Callable[[], Paid],
    usable: Callable[[dict[str, Any]], bool] = lambda answer: True,
) -> dict[str, Any]:
    """Answer from the record if an unused answer is there and ``usable``, else ``call``.

    Raises what ``call`` raises, after noting it; a process that ends leaves the row pending.
    """
    while (answer := record.open()) is not None:
        if usable(answer):
            return answer
        record.refuse("The recorded answer can no longer be used.")
    paid: Paid | None = None
    try:
        paid = call()
        record.answered(*paid)
    except ProviderError as error:
        record.failed(error.message, error.cost, usage=error.usage or None)
        raise
    except TimeIsUp:
        if paid is None:
            record.failed(STOPPED, reserved=record.most)
        else:
            record.answered(*paid)
        raise
    except Exception as error:
        if paid is None:
            record.failed(f"Unexpected error: {type(error).__name__}: {error}")
        raise
    return paid[0]
