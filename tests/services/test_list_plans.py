"""Pages of lists are found by an index: neither read in full nor sorted, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from igny8_web.extensions import db, session, transaction
from igny8_web.models import ContentStatus, Keyword, KeywordStatus, Site
from igny8_web.services import rooms
from igny8_web.services.counting import counts
from igny8_web.services.paging import Page, Place
from igny8_web.services.rooms import ContentFilter, KeywordFilter

from ..factories import make_content, make_keywords

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("app")]

PageAt = Callable[[Site, Place], Page]
CLUSTER = 3
SLOW = ("SCAN ", "USE TEMP B-TREE FOR ORDER BY", "Seq Scan", "Sort Key")

LISTS: dict[str, PageAt] = {
    "keywords": lambda site, place: rooms.keywords(site, place),
    "the least searched": lambda site, place: rooms.keywords(site, place, descending=False),
    "by difficulty": lambda site, place: rooms.keywords(site, place, by="difficulty"),
    "by price": lambda site, place: rooms.keywords(site, place, by="cpc"),
    "by name": lambda site, place: rooms.keywords(site, place, by="phrase", descending=False),
    "as added": lambda site, place: rooms.keywords(site, place, by="added"),
    "new keywords": lambda site, place: rooms.keywords(
        site, place, KeywordFilter(status=KeywordStatus.NEW)
    ),
    "of a cluster": lambda site, place: rooms.keywords(
        site, place, KeywordFilter(cluster_id=CLUSTER)
    ),
    "clusters": lambda site, place: rooms.clusters(site, place),
    "ideas": lambda site, place: rooms.ideas(site, place),
    "tasks": lambda site, place: rooms.tasks(site, place),
    "contents": lambda site, place: rooms.contents(site, place),
    "to review": lambda site, place: rooms.contents_to_review(
        site, place, ContentFilter(ContentStatus.REVIEW)
    ),
    "images": lambda site, place: rooms.images(site, place),
}


@pytest.fixture
def full(site: Site) -> Site:
    """Two pages of each room."""
    with transaction() as tx:
        for _ in range(60):
            make_content(tx, site, ContentStatus.REVIEW, images=1)
        make_keywords(tx, site, 70)
        tx.execute(sa.update(Keyword).where(Keyword.id <= 70).values(cluster_id=CLUSTER))
    return site


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    """Statements sent meanwhile, with what they were sent with."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, given))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def plan_of(statement: str, given: Any) -> str:
    """How the database goes about it, a step a line."""
    connection = session().connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        return "\n".join(row.detail for row in rows)
    # A table of some rows is read in full, rightly; this asks what would be done with many.
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", given)
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_is_found_by_an_index_and_not_sorted(full: Site, name: str) -> None:
    page_at = LISTS[name]
    first = page_at(full, Place())
    assert first.after, "there is a second page"

    with heard() as seen:
        page_at(full, Place())
        page_at(full, Place(after=first.after))

    assert len(seen) == 2
    for statement, given in seen:
        plan = plan_of(statement, given)
        assert not any(sign in plan for sign in SLOW), plan


@pytest.mark.parametrize(
    "wanted",
    [KeywordFilter(), KeywordFilter(cluster_id=CLUSTER)],
    ids=["all", "of a cluster"],
)
def test_what_a_list_counts_is_counted_on_an_index(full: Site, wanted: KeywordFilter) -> None:
    with heard() as seen:
        counts(wanted, full)

    for statement, given in seen:
        plan = plan_of(statement, given)
        assert "SCAN keyword" not in plan, plan
        assert "Seq Scan" not in plan, plan
