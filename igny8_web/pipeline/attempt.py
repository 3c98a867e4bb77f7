"""One attempt at one batch: brief it, work it within its time, and say what came of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from rq.timeouts import JobTimeoutException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .. import logs
from ..current import config
from ..providers.base import ProviderError
from .claims import ClaimedItem
from .stage import AnyStage, PartlyDone, UnusableAnswer
from .storing import Failure, Outcome
from .time_limit import TimeIsUp, within
from .tools import Tools

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """Items that share one brief, and the brief (or why there is none)."""

    items: tuple[ClaimedItem, ...]
    brief: Any


def prepare(db: Session, stage: AnyStage, items: Sequence[ClaimedItem]) -> Batch:
    """The batch of these items. Raises the database's error when the database itself fails."""
    ids = [item.item_id for item in items]
    try:
        brief = stage.brief(ids, db)
    except DBAPIError:
        raise  # the transaction is lost, and the claim with it
    except Exception as error:
        log.exception("no brief for %s", ids)
        brief = Failure(f"Nothing to work from: {type(error).__name__}: {error}")
    return Batch(tuple(items), brief)


def attempt(stage: AnyStage, batch: Batch, tools: Tools) -> list[Outcome]:
    """Work the batch, without a session. Whatever goes wrong becomes a failure with a reason.

    One outcome, or several where it went wrong for some of the items; failures are the last.
    """
    if isinstance(batch.brief, Failure):
        return [Outcome(batch.items, failure=batch.brief)]
    tools = tools.for_item(stage.slug, batch.items[0].id)
    ids = [item.item_id for item in batch.items]
    with logs.about(items=ids, attempt=batch.items[0].attempts):
        outcomes = _outcomes(stage, batch, tools)
        return [replace(outcome, asked=bool(tools.calls)) for outcome in outcomes]


def _outcomes(stage: AnyStage, batch: Batch, tools: Tools) -> list[Outcome]:
    try:
        return [_outcome(stage, batch, tools)]
    except PartlyDone as partly:
        failures = [
            Outcome(tuple(i for i in batch.items if i.item_id in ids), failure=_failure(error))
            for ids, error in partly.failures
        ]
        failed = {item.id for outcome in failures for item in outcome.items}
        done = tuple(item for item in batch.items if item.id not in failed)
        return [Outcome(done, partly.result), *failures]


def _outcome(stage: AnyStage, batch: Batch, tools: Tools) -> Outcome:
    seconds = config().item_seconds
    try:
        return Outcome(batch.items, within(seconds, partial(stage.work, batch.brief, tools)))
    except TimeIsUp:
        reason = f"It took longer than {seconds} s and was stopped."
        return Outcome(batch.items, failure=Failure(reason, retry=True, keep=True))
    except PartlyDone:
        raise
    except JobTimeoutException:
        raise  # RQ's own limit: swallowing it ends in a hard kill
    except ProviderError as error:
        return Outcome(batch.items, failure=_failure(error))
    except UnusableAnswer as error:
        return Outcome(batch.items, failure=Failure(str(error), retry=True))
    except Exception as error:
        log.exception("%s failed on %s", stage.slug, [item.item_id for item in batch.items])
        reason = f"Unexpected error: {type(error).__name__}: {error}"
        return Outcome(batch.items, failure=Failure(reason))


def _failure(error: ProviderError) -> Failure:
    return Failure(
        error.message, error.retry, error.fatal, error.retry_after, error.code, keep=True
    )
