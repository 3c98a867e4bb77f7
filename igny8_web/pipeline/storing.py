"""Storing results: together when all goes well, one by one when one of them cannot be stored."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from ..waiting import is_away
from .claims import ClaimedItem
from .stage import AnyStage, UnusableAnswer

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """Why a batch has no result; the other fields as in ProviderError."""

    reason: str
    retry: bool = False
    fatal: bool = False
    retry_after: float | None = None
    code: str | None = None
    keep: bool = False
    """Whether recorded answers serve the next attempt: they are not what was wrong."""

    @property
    def waits(self) -> bool:
        """Whether it is no failure: it was not our turn to ask the provider."""
        return self.code == "waits"


@dataclass(frozen=True)
class Outcome:
    """What came of one batch: a result of the stage, or a failure."""

    items: tuple[ClaimedItem, ...]
    result: Any = None
    failure: Failure | None = None
    asked: bool = True
    """Whether a provider was asked, so that there are calls to settle."""


def store_all(
    db: Session, stage: AnyStage, outcomes: Sequence[Outcome]
) -> tuple[list[Outcome], int]:
    """Store every result; answers the outcomes as they are now, and how many rows were made.

    A result that cannot be stored becomes a failure and takes none of the others with it.
    Raises the database's error when the database itself fails.
    """
    try:
        with db.begin_nested():
            return list(outcomes), sum(_store(db, stage, outcome) for outcome in outcomes)
    except Exception as error:
        if is_away(error):
            raise
        if len(outcomes) > 1:
            each = [store_all(db, stage, [outcome]) for outcome in outcomes]
            return [outcome for some, _ in each for outcome in some], sum(made for _, made in each)
        return [replace(outcomes[0], failure=_why(error, outcomes[0]))], 0


def _store(db: Session, stage: AnyStage, outcome: Outcome) -> int:
    if outcome.failure is not None:
        return 0
    made = stage.store([item.item_id for item in outcome.items], outcome.result, db)
    db.flush()
    return made


def _why(error: Exception, outcome: Outcome) -> Failure:
    if isinstance(error, UnusableAnswer):
        return Failure(str(error), retry=True)
    log.error("could not store the result of %s", outcome.items, exc_info=error)
    return Failure(f"The result could not be stored: {type(error).__name__}: {error}")
