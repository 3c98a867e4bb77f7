"""The record of AI calls: written before the request leaves, completed when the answer is there.

After a crash between answer and ``store`` the recorded answer is used again, not bought again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import db_now
from ..extensions import transaction
from ..models import AiCall, CallStatus
from ..providers.base import ProviderError

Paid = tuple[dict[str, Any], Decimal, dict[str, int]]
"""The answer as JSON data, its price in US dollars, tokens used."""


@dataclass
class CallRecord:
    """One question to one provider, and the row that tells what became of it."""

    run_item_id: int
    stage: str
    provider: str
    model: str
    fingerprint: str
    id: int | None = None

    def refuse(self, reason: str) -> None:
        """The answer was no use: never offer it again. Its price stays."""
        self._finish(CallStatus.REFUSED, error=reason)

    def _open(self) -> dict[str, Any] | None:
        """The recorded answer to the same question that was never used, or a new pending row."""
        with transaction() as db:
            found = db.execute(
                sa.select(AiCall.id, AiCall.answer)
                .where(AiCall.fingerprint == self.fingerprint)
                .where(AiCall.status == CallStatus.ANSWERED)
                .where(AiCall.run_item_id == self.run_item_id)
                .limit(1)
            ).first()
            if found:
                self.id = found.id
                return dict(found.answer)
            self.id = db.execute(
                sa.insert(AiCall)
                .values(
                    run_item_id=self.run_item_id,
                    stage=self.stage,
                    provider=self.provider,
                    model=self.model,
                    fingerprint=self.fingerprint,
                )
                .returning(AiCall.id)
            ).scalar_one()
            return None

    def _finish(self, status: CallStatus, **values: Any) -> None:
        with transaction() as db:
            db.execute(
                sa.update(AiCall)
                .where(AiCall.id == self.id)
                .values(status=status, finished_at=db_now(), **values)
            )


def recorded(
    record: CallRecord,
    call: Callable[[], Paid],
    usable: Callable[[dict[str, Any]], bool] = lambda answer: True,
) -> dict[str, Any]:
    """Answer from the record if an unused answer is there and ``usable``, else ``call``.

    Raises what ``call`` raises, after noting it.
    """
    answer = record._open()
    if answer is not None:
        if usable(answer):
            return answer
        record.refuse("The recorded answer can no longer be used.")
        record._open()
    try:
        data, cost, usage = call()
    except ProviderError as error:
        record._finish(CallStatus.FAILED, error=error.message, cost=error.cost)
        raise
    record._finish(CallStatus.ANSWERED, answer=data, cost=cost, usage=usage)
    return data


def settle_calls(db: Session, run_item_ids: Sequence[int]) -> dict[int, Decimal]:
    """Mark the answers of these items as used; answers each item's cost so far, all attempts."""
    db.execute(
        sa.update(AiCall)
        .where(AiCall.run_item_id.in_(run_item_ids), AiCall.status == CallStatus.ANSWERED)
        .values(status=CallStatus.USED)
    )
    rows = db.execute(
        sa.select(AiCall.run_item_id, sa.func.sum(AiCall.cost))
        .where(AiCall.run_item_id.in_(run_item_ids))
        .group_by(AiCall.run_item_id)
    )
    return dict(iter(rows))
