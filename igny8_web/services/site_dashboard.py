"""A site at a glance: what waits in each room, what came out of it, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ..extensions import session
from ..models import (
    LIVE,
    Content,
    ContentStatus,
    Decision,
    MonthSpend,
    Run,
    Site,
    StageRun,
    User,
)
from ..pipeline.money import Month, month_cap, month_of
from . import dashboard, spending
from .failures import Failures, failures_of
from .sites import sites_of

WEEKS = 8
_WRITES, _DRAWS = "write-content", "draw-images"


@dataclass(frozen=True)
class Week:
    """Seven days of the site's calendar, from Monday."""

    monday: date
    articles: int = 0
    images: int = 0
    approved: int = 0
    cost: Decimal = Decimal(0)
    """US dollars."""


@dataclass(frozen=True)
class SiteDashboard:
    """Everything its page shows."""

    waiting: Mapping[str, int]
    """By stage: how many rows wait for it."""
    weeks: Sequence[Week]
    """The last :data:`WEEKS`, the oldest first; the last one is not over."""
    month: Month
    runs: Sequence[Run]
    failed_run: Run | None
    """The newest of these runs in which something failed and that is over."""
    failures: Failures
    has_keywords: bool


@dataclass(frozen=True)
class SiteLine:
    """One site among all."""

    site: Site
    waiting: int
    """Articles that wait for a decision."""
    live: int
    """Runs that are not over."""
    written: int
    """Articles of the last seven days."""
    spent: Decimal
    cap: Decimal
    """US dollars of the month under way."""


def dashboard_of(site: Site) -> SiteDashboard:
    """The site's, in about ten queries whatever its size."""
    runs = dashboard.find_runs(site)
    standing = dashboard.standing_of(site)
    failed = next((r for r in runs if not r.is_live and any(s.failed for s in r.stages)), None)
    return SiteDashboard(
        waiting=standing.waiting,
        weeks=weeks_of(site, datetime.now(UTC)),
        month=spending.month_of(site),
        runs=runs,
        failed_run=failed,
        failures=failures_of(failed) if failed else Failures(),
        has_keywords=standing.has_keywords,
    )


def weeks_of(site: Site, now: datetime) -> list[Week]:
    """What its runs made and people approved, by weeks of its time zone."""
    zone = ZoneInfo(site.timezone)
    this = _monday(now, zone)
    mondays = [this - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    found = {monday: {"articles": 0, "images": 0, "approved": 0} for monday in mondays}
    cost = dict.fromkeys(mondays, Decimal(0))
    since = datetime.combine(mondays[0], datetime.min.time(), zone).astimezone(UTC)
    for slug, made, spent, at in session().execute(
        sa.select(StageRun.slug, StageRun.made, StageRun.cost, StageRun.started_at)
        .join(Run, Run.id == StageRun.run_id)
        .where(Run.site_id == site.id, StageRun.started_at >= since)
    ):
        if at and (monday := _monday(at, zone)) in found:
            cost[monday] += spent
            if slug in (_WRITES, _DRAWS):
                found[monday]["articles" if slug == _WRITES else "images"] += made
    later = aliased(Decision)
    taken_back = sa.exists().where(later.content_id == Decision.content_id, later.id > Decision.id)
    for at in session().scalars(
        sa.select(Decision.created_at)
        .join(Content, Content.id == Decision.content_id)
        .where(Content.site_id == site.id, Decision.status == ContentStatus.APPROVED)
        .where(Decision.created_at >= since, ~taken_back)
    ):
        if (monday := _monday(at, zone)) in found:
            found[monday]["approved"] += 1
    return [Week(monday, **found[monday], cost=cost[monday]) for monday in mondays]


def overview(user: User) -> list[SiteLine]:
    """All sites that the account may see: five queries, however many there are."""
    sites = sites_of(user)
    ids = [site.id for site in sites]
    week_ago = datetime.now(UTC) - timedelta(days=7)
    waits = _by_site(
        sa.select(Content.site_id, sa.func.count())
        .where(Content.site_id.in_(ids), Content.status == ContentStatus.REVIEW)
        .group_by(Content.site_id)
    )
    live = _by_site(
        sa.select(Run.site_id, sa.func.count())
        .where(Run.site_id.in_(ids), Run.status.in_(LIVE))
        .group_by(Run.site_id)
    )
    written = _by_site(
        sa.select(Run.site_id, sa.func.sum(StageRun.made))
        .join(StageRun, StageRun.run_id == Run.id)
        .where(Run.site_id.in_(ids), StageRun.slug == _WRITES, StageRun.started_at >= week_ago)
        .group_by(Run.site_id)
    )
    now = datetime.now(UTC)
    months = {(spend.site_id, spend.month): spend for spend in _months(ids)}
    lines = []
    for site in sites:
        spend = months.get((site.id, month_of(site, now)))
        cap = spend.cap if spend and spend.cap is not None else month_cap(site)
        spent = spend.committed if spend else Decimal(0)
        counts = (waits.get(site.id, 0), live.get(site.id, 0), written.get(site.id, 0))
        lines.append(SiteLine(site, *counts, spent=spent, cap=cap))
    return lines


def _months(ids: Sequence[int]) -> Sequence[MonthSpend]:
    """Of these sites, the two newest calendar months that any time zone can be in."""
    names = {f"{datetime.now(UTC) + timedelta(days=days):%Y-%m}" for days in (-1, 0, 1)}
    mine = sa.select(MonthSpend).where(MonthSpend.site_id.in_(ids), MonthSpend.month.in_(names))
    return session().scalars(mine).all()


def _by_site(query: sa.Select[int, int]) -> dict[int, int]:
    return {site_id: number or 0 for site_id, number in session().execute(query)}


def _monday(at: datetime, zone: ZoneInfo) -> date:
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())
