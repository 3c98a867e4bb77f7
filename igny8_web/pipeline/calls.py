"""The record of AI calls: written before the request leaves, completed when the answer is there.

After a crash between answer and ``store`` the recorded answer is used again, not bought again. A
call whose answer was never recorded is repeated once: each request may have been charged.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import db_now, rows_hit
from ..extensions import transaction
from ..models import AiCall, CallStatus
from ..providers.base import ProviderError
from . import statements
from .costs import count_late, lock_run_of
from .money import set_aside, settle_price
from .patience import patiently

log = logging.getLogger(__name__)

MOST_LOST = 2
ASKED_TWICE = (
    "Asked twice, and both times the worker stopped before the answer was recorded. It was not "
    "asked a third time: each request may have been charged. Retry it by hand."
)


@dataclass
class CallRecord:
    """One question to one provider, and the row that tells what became of it.

    Its asker holds the run item, so that an older row of the same item that is still pending was
    left by a worker that stopped.
    """

    run_item_id: int
    stage: str
    provider: str
    model: str
    fingerprint: str
    most: Decimal = Decimal(0)
    """US dollars that it may cost: set aside before it, settled when its price is known."""
    id: int | None = None
    began: datetime | None = None
    prompt_version: str | None = None
    """Of the prompt that it is asked with; None where the provider reads none."""
    question: str | None = None
    """What is sent, as a person can read it; None where nothing is sent in words."""

    def refuse(self, reason: str) -> None:
        """The answer was no use: never offer it again. Its price stays."""
        self._write(CallStatus.ANSWERED, status=CallStatus.REFUSED, error=reason)

    def known(self) -> bool:
        """Whether an answer to the same question is there that was never used."""

        def look() -> bool:
            question = {"of_item": self.run_item_id, "asked": self.fingerprint}
            with transaction() as db:
                rows = db.execute(statements.ASKED_BEFORE, question).all()
                return any(row.answer is not None for row in rows)

        return patiently(look)

    def open(self) -> dict[str, Any] | None:
        """The recorded answer to the same question that was never used, or a new pending row.

        Raises ProviderError when the question was asked in vain twice.
        """
        answer, lost = patiently(self._look)
        if answer is None and lost >= MOST_LOST:
            raise ProviderError(ASKED_TWICE, code="lost")
        return answer

    def answered(self, data: dict[str, Any], cost: Decimal, usage: dict[str, int]) -> None:
        """The answer is there; it waits to be stored."""
        self._finish(CallStatus.ANSWERED, answer=data, cost=cost, usage=usage)

    def failed(self, reason: str, cost: Decimal | None = None, **values: Any) -> None:
        """There was no answer. With ``reserved``, what it may have cost stays set aside."""
        self._finish(CallStatus.FAILED, error=reason, cost=cost or Decimal(0), **values)

    def _look(self) -> tuple[dict[str, Any] | None, int]:
        """The unused answer, and how many requests were lost; a new row where there is neither."""
        question = {"of_item": self.run_item_id, "asked": self.fingerprint}
        with transaction() as db:
            rows = db.execute(statements.ASKED_BEFORE, question).all()
            for row in rows:
                if row.answer is not None:
                    self.id = row.id
                    if row.status is CallStatus.LOST:  # it came late, but it came
                        _update(db, row.id, status=CallStatus.ANSWERED)
                    return dict(row.answer), 0
            if any(row.id == self.id for row in rows):
                return None, 0  # our own row: its commit had succeeded after all
            for row in rows:
                if row.status is CallStatus.PENDING:
                    _update(db, row.id, status=CallStatus.LOST, error=statements.LOST)
            if len(rows) < MOST_LOST:
                self.id = self._insert(db)
            return None, len(rows)

    def _insert(self, db: Session) -> int:
        row = {
            "of_item": self.run_item_id,
            "of_stage": self.stage,
            "of_provider": self.provider,
            "of_model": self.model,
            "asked": self.fingerprint,
            "of_prompt": self.prompt_version,
            "in_words": self.question,
            "sets_aside": self.most,
        }
        self.began = datetime.now(UTC)
        if self.most:
            set_aside(db, self.run_item_id, self.most)
        call_id = db.scalar(statements.ASK, row)
        if call_id is None:
            raise ProviderError("The item was taken from this worker, which had gone silent.")
        return int(call_id)

    def _finish(self, status: CallStatus, **values: Any) -> None:
        values |= {"finished_at": db_now(), "reserved": Decimal(0), **values}
        if not self._write(CallStatus.PENDING, status=status, **values):
            patiently(partial(self._finish_late, values))

    def _finish_late(self, values: dict[str, Any]) -> None:
        """Note what came of a call that was judged lost: whoever asked woke up too late."""
        with transaction() as db:
            run = lock_run_of(db, self.run_item_id)
            unfinished = (AiCall.status == CallStatus.LOST, AiCall.finished_at.is_(None))
            if run is not None and _update(db, self.id, *unfinished, **values):
                self._settle_price(db, values)
                log.warning("call %s came back after it was given up", self.id)
                count_late(db, run, self.run_item_id)

    def _write(self, before: CallStatus, **values: Any) -> bool:
        """Change the row if its status is ``before``; answers whether it was."""

        def write() -> bool:
            with transaction() as db:
                if "cost" in values and (self.most or values["cost"]):
                    lock_run_of(db, self.run_item_id)  # before its calls, as everywhere
                done = _update(db, self.id, AiCall.status == before, **values)
                if done:
                    self._settle_price(db, values)
                return done

        return patiently(write)

    def _settle_price(self, db: Session, values: dict[str, Any]) -> None:
        """What was set aside is given back, and the price takes its place."""
        if "cost" in values and "reserved" in values and self.began:
            settle_price(
                db, self.run_item_id, self.began, values["cost"] + values["reserved"] - self.most
            )


def _update(
    db: Session, call_id: int | None, *where: sa.ColumnElement[bool], **values: Any
) -> bool:
    query = sa.update(AiCall).where(AiCall.id == call_id, *where).values(**values)
    done = db.execute(query.execution_options(synchronize_session=False))
    return bool(rows_hit(done))
