"""What a site's dashboard says, by weeks of the site's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Content, ContentStatus, Decision, MonthSpend, Site, StageRun, User
from igny8_web.pipeline.money import month_of
from igny8_web.services import automation, review
from igny8_web.services.site_dashboard import WEEKS, dashboard_of, overview, weeks_of

from ..engine import Rings, reading, refreshed
from ..factories import make_clusters, make_content, make_keywords, make_site
from ..fakes import FakeProvider, nonsense

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("app")]

SUNDAY_LATE = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
"""Monday already in Karachi, Sunday still in London."""


def a_run(site: Site, rings: Rings, keywords: int = 2) -> None:
    with transaction() as db:
        make_keywords(db, site, keywords)
    automation.run_now(site)
    rings.answer_all()


def begun_at(at: datetime) -> None:
    with transaction() as db:
        db.execute(sa.update(StageRun).values(started_at=at))


@pytest.mark.parametrize(
    ("zone", "monday"),
    [("Asia/Karachi", date(2026, 11, 23)), ("Europe/London", date(2026, 11, 16))],
)
def test_output_is_counted_in_the_week_of_the_sites_calendar(
    site: Site, rings: Rings, zone: str, monday: date
) -> None:
    a_run(site, rings)
    begun_at(SUNDAY_LATE)
    with transaction() as db:
        db.get_one(Site, site.id).timezone = zone
    site.timezone = zone

    with reading() as db:
        written = db.scalar(sa.select(sa.func.count()).select_from(Content)) or 0
        weeks = {week.monday: week for week in weeks_of(site, SUNDAY_LATE + timedelta(days=1))}

    assert len(weeks) == WEEKS
    assert written > 0
    assert {day: week.articles for day, week in weeks.items() if week.articles} == {monday: written}
    assert weeks[monday].images > 0


def test_what_is_older_than_the_weeks_shown_is_left_out(site: Site, rings: Rings) -> None:
    a_run(site, rings)
    begun_at(SUNDAY_LATE - timedelta(weeks=WEEKS))

    with reading():
        weeks = weeks_of(site, SUNDAY_LATE)

    assert not any(week.articles or week.images for week in weeks)


def test_an_approval_counts_on_its_day_and_no_more_when_it_is_taken_back(
    site: Site, owner: User
) -> None:
    with transaction() as db:
        *contents, regretted = [make_content(db, site, ContentStatus.REVIEW) for _ in range(3)]
    for content in (regretted, *contents):
        review.approve(content, owner)
    review.undo(regretted, owner)
    with transaction() as db:
        newest = (
            sa.select(sa.func.max(Decision.id))
            .where(Decision.content_id == contents[-1].id)
            .scalar_subquery()
        )
        weeks_ago = datetime.now(UTC) - timedelta(weeks=2)
        db.execute(sa.update(Decision).where(Decision.id == newest).values(created_at=weeks_ago))

    with reading():
        approved = [week.approved for week in weeks_of(site, datetime.now(UTC))]

    assert approved[-1] == 1
    assert approved[-3] == 1
    assert sum(approved) == 2


def test_the_board_names_the_latest_failures_and_what_waits(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        make_clusters(db, site, 3)
    provider.will("develop-ideas", nonsense())
    run = automation.run_now(site)
    rings.answer_all()
    with transaction() as db:
        make_keywords(db, site, 5)

    with reading():
        board = dashboard_of(site)
        failures = [(group.what, group.reason) for group in board.failures.groups]

    assert board.failed_run
    assert board.failed_run.run_id == run.run_id
    assert failures == [("1 cluster", "The request was refused.")]
    assert board.waiting["cluster-keywords"] == 5
    assert board.waiting["gather-for-review"] == 2
    assert refreshed(run).finished_at


def test_all_sites_are_a_line_each_with_their_own_figures(owner: User, rings: Rings) -> None:
    with transaction() as db:
        one, two = make_site(db, "one"), make_site(db, "two")
        make_content(db, one, ContentStatus.REVIEW)
        make_content(db, one, ContentStatus.APPROVED)
        make_keywords(db, two, 1)
        month = month_of(one, datetime.now(UTC))
        db.add(MonthSpend(site_id=one.id, month=month, committed=Decimal("1.25")))
    automation.run_now(two)

    with reading():
        lines = {line.site.slug: line for line in overview(owner)}

    assert (lines["one"].waiting, lines["one"].live, lines["one"].spent) == (1, 0, Decimal("1.25"))
    assert (lines["two"].waiting, lines["two"].live, lines["two"].spent) == (0, 1, 0)
    assert lines["one"].cap == Decimal(50)
