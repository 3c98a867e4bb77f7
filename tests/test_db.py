"""Transactions, and columns that mean the same on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from igny8_web.db import after_commit, db_now
from igny8_web.extensions import session, transaction
from igny8_web.models import Keyword, Site

from .engine import reading
from .factories import make_keywords, make_site

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("app")]


def sites() -> list[str]:
    with reading() as db:
        return list(db.scalars(sa.select(Site.slug).order_by(Site.slug)))


def test_a_transaction_keeps_all_or_nothing() -> None:
    def stop_half_way() -> None:
        with transaction() as db:
            make_site(db, "one")
            raise RuntimeError("stop here")

    with pytest.raises(RuntimeError, match="stop here"):
        stop_half_way()
    assert sites() == []

    with transaction() as db:
        make_site(db, "two")
    assert sites() == ["two"]


def test_a_transaction_inside_another_joins_it() -> None:
    def fail_outside() -> None:
        with transaction():
            with transaction() as inner:
                make_site(inner, "one")
            raise RuntimeError("outer")

    with pytest.raises(RuntimeError, match="outer"):
        fail_outside()
    assert sites() == []


def test_what_is_to_follow_a_commit_follows_it_in_order_and_only_then() -> None:
    seen: list[object] = []
    with transaction() as db:
        make_site(db, "one")
        after_commit(db, lambda: seen.append(sites()))
        after_commit(db, lambda: seen.append("second"))
        assert seen == []

    assert seen == [["one"], "second"]


def test_nothing_follows_a_transaction_that_failed() -> None:
    seen: list[str] = []

    def fail() -> None:
        with transaction() as db:
            after_commit(db, lambda: seen.append("never"))
            raise RuntimeError("fail")

    with pytest.raises(RuntimeError, match="fail"):
        fail()
    with transaction():
        pass

    assert seen == []


def test_what_is_to_follow_a_commit_needs_one() -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        after_commit(session(), lambda: None)


def test_changes_outside_a_transaction_are_refused_and_not_lost_silently(site: Site) -> None:
    site.name = "Changed in passing"

    with pytest.raises(RuntimeError, match="outside a transaction"), transaction():
        pass


def test_a_transaction_reads_anew_what_was_read_before(
    site: Site, side_by_side: Callable[..., list[Any]]
) -> None:
    assert site.name == "Brew Notes"

    def rename() -> None:
        with transaction() as db:
            db.get_one(Site, site_id).name = "Renamed"

    site_id = site.id
    session().rollback()
    assert side_by_side(rename) == [None]

    with transaction():
        assert site.name == "Renamed"


def test_writers_at_once_lose_no_update(site: Site, side_by_side: Callable[..., list[Any]]) -> None:
    with transaction() as db:
        keyword_id = make_keywords(db, site, 1)[0].id
        db.execute(sa.update(Keyword).values(volume=0))

    def count_up() -> None:
        for _ in range(15):
            with transaction() as db:
                keyword = db.get_one(Keyword, keyword_id, with_for_update=True)
                keyword.volume = (keyword.volume or 0) + 1

    assert side_by_side(*[count_up] * 4) == [None] * 4
    with reading() as db:
        assert db.get_one(Keyword, keyword_id).volume == 60


def test_the_databases_clock_goes_with_ours_and_its_seconds_are_seconds() -> None:
    with reading() as db:
        now, later, earlier = db.execute(sa.select(db_now(), db_now(90), db_now(-0.5))).one()

    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)
    assert timedelta(seconds=89) < later - now < timedelta(seconds=91)
    assert timedelta(0) < now - earlier < timedelta(seconds=1)


def test_an_instant_comes_back_as_it_was_whatever_its_zone(site: Site) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    instant = datetime(2026, 11, 23, 3, 15, 0, 123456, tzinfo=zone)
    with transaction():
        site.created_at = instant
    session().expire_all()

    assert site.created_at == instant
    assert site.created_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(site: Site) -> None:
    def write() -> None:
        with transaction():
            site.created_at = datetime(2026, 11, 23, 3, 15)  # noqa: DTZ001 - that is the point

    with pytest.raises(StatementError, match="naive datetime"):
        write()


@pytest.mark.parametrize("amount", ["0", "0.000001", "0.1", "12345678.123456"])
def test_an_amount_of_money_is_kept_to_the_sixth_place(site: Site, amount: str) -> None:
    with transaction() as db:
        make_keywords(db, site, 3)
        db.execute(sa.update(Keyword).values(cpc=Decimal(amount)))

    with reading() as db:
        assert set(db.scalars(sa.select(Keyword.cpc))) == {Decimal(amount)}
        assert db.scalar(sa.select(sa.func.sum(Keyword.cpc))) == 3 * Decimal(amount)
