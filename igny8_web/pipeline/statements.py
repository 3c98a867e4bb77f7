"""The statements of each step of a lane, built once.

SQLAlchemy spends more on building one of them than SQLite on running it, and a lane runs them for
every claim. Parameters are in the comments; ``ids`` are lists.
"""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa

from ..db import db_now
from ..models import AiCall, CallStatus, ItemStatus, Lane, Run, RunItem, StageRun

_lane, _item = cast(sa.Table, Lane.__table__), cast(sa.Table, RunItem.__table__)
_call = cast(sa.Table, AiCall.__table__)

LOST = "The worker stopped before the answer was recorded; the provider may have charged for it."
"""The error of a call that nobody will complete any more."""


def _one_of(column: sa.ColumnElement[int], name: str) -> sa.ColumnElement[bool]:
    return column.in_(sa.bindparam(name, expanding=True))


# lane_id, held_by
HELD = (
    sa.select(_lane.c.id)
    .where(_lane.c.id == sa.bindparam("lane_id"), _lane.c.token == sa.bindparam("held_by"))
    .with_for_update()
)

# in_stage_run, most
DUE = (
    sa.select(_item.c.id, _item.c.item_id, _item.c.title, _item.c.attempts)
    .where(_item.c.stage_run_id == sa.bindparam("in_stage_run"))
    .where(_item.c.status == ItemStatus.PENDING)
    .where(sa.or_(_item.c.not_before.is_(None), _item.c.not_before <= db_now()))
    .order_by(_item.c.position)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)

# in_stage_run, most, only
DUE_OF = DUE.where(_one_of(_item.c.item_id, "only"))

# ids, held_by, lease_seconds
CLAIM = (
    sa.update(_item)
    .where(_one_of(_item.c.id, "ids"))
    .values(
        status=ItemStatus.PROCESSING,
        attempts=_item.c.attempts + 1,
        not_before=None,
        lease_token=sa.bindparam("held_by"),
        lease_until=db_now(sa.bindparam("lease_seconds", type_=sa.Float)),
        started_at=sa.func.coalesce(_item.c.started_at, db_now()),
    )
)

# ids, held_by
STILL_OURS = (
    sa.select(_item.c.id)
    .where(_one_of(_item.c.id, "ids"))
    .where(_item.c.status == ItemStatus.PROCESSING)
    .where(_item.c.lease_token == sa.bindparam("held_by"))
    .with_for_update()
)

# ids
DONE = (
    sa.update(_item)
    .where(_one_of(_item.c.id, "ids"))
    .values(
        status=ItemStatus.DONE,
        error=None,
        lease_token=None,
        lease_until=None,
        finished_at=db_now(),
    )
)

# run_pk; the row is read anew
LOCK_RUN = (
    sa.select(Run)
    .where(Run.id == sa.bindparam("run_pk"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

# stage_run, more_done, more_failed, more_skipped, more_made, more_cost
COUNT = (
    sa.update(StageRun)
    .where(StageRun.id == sa.bindparam("stage_run"))
    .values(
        processed=StageRun.processed + sa.bindparam("more_done"),
        failed=StageRun.failed + sa.bindparam("more_failed"),
        skipped=StageRun.skipped + sa.bindparam("more_skipped"),
        made=StageRun.made + sa.bindparam("more_made"),
        cost=StageRun.cost + sa.bindparam("more_cost"),
    )
    .returning(StageRun)
    .execution_options(populate_existing=True)
)

# of_item, asked: every request of this question whose answer was not used or refused
ASKED_BEFORE = (
    sa.select(_call.c.id, _call.c.status, _call.c.answer)
    .where(_call.c.fingerprint == sa.bindparam("asked"))
    .where(_call.c.run_item_id == sa.bindparam("of_item"))
    .where(_call.c.status.in_((CallStatus.ANSWERED, CallStatus.PENDING, CallStatus.LOST)))
    .order_by(_call.c.id)
)

# of_item, of_stage, of_provider, of_model, of_prompt, in_words, asked, sets_aside
# no row when the item is in nobody's hands
ASK = (
    sa.insert(_call)
    .from_select(
        [
            *("run_item_id", "reserved"),
            *("stage", "provider", "model", "fingerprint", "prompt_version", "question"),
        ],
        sa.select(
            _item.c.id,
            sa.bindparam("sets_aside", type_=_call.c.reserved.type),
            *(
                sa.bindparam(name, type_=sa.String)
                for name in (
                    *("of_stage", "of_provider", "of_model", "asked"),
                    *("of_prompt", "in_words"),
                )
            ),
        )
        .where(_item.c.id == sa.bindparam("of_item"))
        .where(_item.c.status == ItemStatus.PROCESSING),
    )
    .returning(_call.c.id)
)

# ids: answers are used, and what was never answered is lost
END_CALLS = (
    sa.update(_call)
    .where(_one_of(_call.c.run_item_id, "ids"))
    .where(_call.c.status.in_((CallStatus.ANSWERED, CallStatus.PENDING)))
    .values(
        status=sa.case(
            (_call.c.status == CallStatus.ANSWERED, CallStatus.USED), else_=CallStatus.LOST
        ),
        error=sa.case((_call.c.status == CallStatus.PENDING, LOST), else_=_call.c.error),
    )
)

# ids: the same where the answers serve the items' next attempt
LOSE_CALLS = (
    sa.update(_call)
    .where(_one_of(_call.c.run_item_id, "ids"), _call.c.status == CallStatus.PENDING)
    .values(status=CallStatus.LOST, error=LOST)
)

# ids
COSTS = (
    sa.select(_call.c.run_item_id, sa.func.sum(_call.c.cost))
    .where(_one_of(_call.c.run_item_id, "ids"))
    .group_by(_call.c.run_item_id)
)
