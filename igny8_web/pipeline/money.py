"""The bill under control: the most a call may cost is set aside before it, and settled after.

``committed`` of a run and of a site's month is the price of what was answered and what is set
aside for what is under way, so that a cap holds however many lanes ask at once. What a call that
was lost in a crash may have cost stays set aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..current import config
from ..db import insert_into
from ..models import MonthSpend, Run, Site
from ..providers.base import ProviderError
from .costs import lock_run_of


class CapReached(ProviderError):
    """The next call could cost more than what is left: the run pauses and asks.

    ``code`` is ``cap`` for the run's and ``month_cap`` for the month's.
    """


@dataclass(frozen=True)
class Month:
    """The month under way, in US dollars."""

    name: str
    """``2026-11``, by the site's calendar."""
    spent: Decimal
    """Or set aside for calls under way."""
    cap: Decimal
    is_raised: bool
    """Whether somebody gave this month a cap that the next will not have."""


def set_aside(db: Session, run_item_id: int, most: Decimal) -> None:
    """Commit the run and its site's month to ``most`` dollars more. Raises CapReached.

    Locks the run, then the month.
    """
    run = lock_run_of(db, run_item_id)
    if run is None:
        return
    month = _lock_month(db, run.site, datetime.now(UTC))
    whose = f"{run.site.name} in {month.month}"
    _keep_cap("cap", "this run", cap_of(run), run.committed, most)
    _keep_cap("month_cap", whose, _cap_of_month(run.site, month), month.committed, most)
    run.committed += most
    month.committed += most


def settle_price(db: Session, run_item_id: int, began: datetime, change: Decimal) -> None:
    """The price is known: correct what was set aside by ``change`` dollars (refunds are below 0).

    ``began`` is when the call was made: it belongs to that month.
    """
    run = lock_run_of(db, run_item_id)
    if run is not None and change:
        run.committed += change
        _lock_month(db, run.site, began).committed += change


def run_cap(site: Site) -> Decimal:
    """Dollars that one run of the site may cost."""
    return config().run_cap if site.run_cap is None else site.run_cap


def cap_of(run: Run) -> Decimal:
    """Dollars that the run may cost."""
    return run_cap(run.site) if run.cap is None else run.cap


def month_cap(site: Site) -> Decimal:
    """Dollars that the site may cost in a month, unless one was given a cap of its own."""
    return config().month_cap if site.month_cap is None else site.month_cap


def cap_this_month(db: Session, site: Site, cap: Decimal | None) -> None:
    """Let the month under way, and no other, cost ``cap`` dollars; None: as every month."""
    _lock_month(db, site, datetime.now(UTC)).cap = cap


def month_of(site: Site, instant: datetime) -> str:
    """The month of the site's calendar, e.g. ``2026-11``."""
    return f"{instant.astimezone(ZoneInfo(site.timezone)):%Y-%m}"


def this_month(db: Session, site: Site) -> Month:
    """How the site stands in the month under way: one query."""
    name = month_of(site, datetime.now(UTC))
    month = db.get(MonthSpend, (site.id, name)) or MonthSpend(committed=Decimal(0))
    return Month(name, month.committed, _cap_of_month(site, month), month.cap is not None)


def _cap_of_month(site: Site, month: MonthSpend) -> Decimal:
    return month_cap(site) if month.cap is None else month.cap


def _keep_cap(code: str, whose: str, cap: Decimal, committed: Decimal, most: Decimal) -> None:
    if committed + most <= cap:
        return
    raise CapReached(
        f"The cap of ${cap:.2f} for {whose} is reached: ${committed:.4f} is spent or set aside, "
        f"and the next call may cost up to ${most:.4f}. Raise the cap, or stop here.",
        code=code,
        fatal=True,
    )


def _lock_month(db: Session, site: Site, instant: datetime) -> MonthSpend:
    key = {"site_id": site.id, "month": month_of(site, instant)}
    db.execute(insert_into(db, MonthSpend).values(**key).on_conflict_do_nothing())
    return db.execute(
        sa.select(MonthSpend)
        .filter_by(**key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
