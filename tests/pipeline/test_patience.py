"""A database that is away for a while: nothing is lost, and nothing is claimed twice."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError

from igny8_web.extensions import db as extension
from igny8_web.extensions import transaction
from igny8_web.models import AiCall, Idea, Lane, Run, Site
from igny8_web.pipeline import patience
from igny8_web.pipeline.patience import is_away, patiently
from igny8_web.pipeline.storing import Outcome, store_all
from igny8_web.services import automation

from ..engine import Rings, at_work, items_of, reading, refreshed, stage_of
from ..fakes import FakeProvider
from .conftest import InDoubt, StartIdeas

both = pytest.mark.each_database
on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let patience end soon."""
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.3)


def gone() -> OperationalError:
    return OperationalError("SELECT 1", {}, sqlite3_error("database is locked", "SQLITE_BUSY"))


def sqlite3_error(message: str, name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(message)
    error.sqlite_errorname = name
    return error


def test_a_transaction_is_repeated_until_the_database_is_back(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [gone(), gone(), gone()]

    def work() -> str:
        if errors:
            raise errors.pop()
        return "done"

    assert patiently(work) == "done"
    told = [record.message for record in caplog.records]
    assert told[0] == "the database is away, waiting for it: database is locked"
    assert len(told) == 2
    assert told[1].startswith("the database is back after ")


def test_patience_ends(app: Flask, quickly: None) -> None:
    began = time.monotonic()
    with pytest.raises(OperationalError):
        patiently(lambda: (_ for _ in ()).throw(gone()))
    assert 0.1 < time.monotonic() - began < 2


@both
def test_what_is_wrong_with_a_statement_is_not_waited_for(app: Flask) -> None:
    def no_such_table() -> Any:
        with transaction() as db:
            return db.execute(sa.text("SELECT * FROM nowhere"))

    def twin() -> None:
        with transaction() as db:
            for _ in range(2):
                db.execute(sa.insert(Site).values(slug="twin", name="Twin"))

    began = time.monotonic()
    with pytest.raises((OperationalError, ProgrammingError)):
        patiently(no_such_table)
    with pytest.raises(IntegrityError):
        patiently(twin)
    assert time.monotonic() - began < 2


def test_a_part_of_a_larger_transaction_is_not_repeated(app: Flask) -> None:
    tries = []

    def fail() -> None:
        tries.append(1)
        raise gone()

    with pytest.raises(OperationalError), transaction():
        patiently(fail)
    assert len(tries) == 1


def test_a_sqlite_file_that_somebody_locks_is_waited_for(
    start_ideas: StartIdeas,
    rings: Rings,
    provider: FakeProvider,
) -> None:
    run = start_ideas(1)
    lane = at_work(run.stages[0])
    outcomes = lane.work(lane.step([], None, lost=False))
    other = sqlite3.connect(
        Path(extension.engine.url.database), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    extension.engine.dispose()
    sa.event.listen(
        extension.engine, "connect", lambda c, record: c.execute("PRAGMA busy_timeout = 50")
    )
    back = threading.Timer(1, lambda: other.execute("ROLLBACK"))
    back.start()

    lane.step(outcomes, None, lost=False)

    back.join()
    other.close()
    assert refreshed(run).status == "completed"


def cut_all_connections() -> None:
    """What a restart of PostgreSQL does to everybody."""
    others = sa.create_engine(extension.engine.url, isolation_level="AUTOCOMMIT")
    with others.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    others.dispose()


@on_postgres
def test_a_connection_that_is_cut_between_two_steps_does_no_harm(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(3)
    provider.price = Decimal("0.5")
    lane = at_work(run.stages[0])
    outcomes: list[Outcome] = []
    while True:
        cut_all_connections()
        if not (batches := lane.step(outcomes, None, lost=False)):
            break
        cut_all_connections()
        outcomes = lane.work(batches)

    assert refreshed(run).status == "completed"
    assert (refreshed(run).cost, len(provider.asked)) == (Decimal("1.5"), 3)
    assert {item.attempts for item in items_of(run.stages[0])} == {1}


@on_postgres
@pytest.mark.parametrize("place", ["store", "count"])
def test_a_connection_that_is_cut_within_a_step_is_no_fault_of_the_item(
    start_ideas: StartIdeas,
    rings: Rings,
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    run = start_ideas(1)
    lane = at_work(run.stages[0])
    outcomes = lane.work(lane.step([], None, lost=False))
    cuts = [cut_all_connections]

    def cut_while_storing(*args: Any) -> Any:
        result = store_all(*args) if place == "count" else None
        if cuts:
            cuts.pop()()
        return result or store_all(*args)

    monkeypatch.setattr("igny8_web.pipeline.settling.store_all", cut_while_storing)
    lane.step(outcomes, None, lost=False)

    assert not cuts
    assert refreshed(run).status == "completed"
    [item] = items_of(run.stages[0])
    assert (item.status, item.attempts) == ("done", 1)


@on_postgres
def test_a_lost_connection_is_told_from_a_bad_result(app: Flask) -> None:
    def store() -> None:
        with transaction() as db, db.begin_nested():
            cut_all_connections()
            db.scalar(sa.select(sa.func.count(Run.id)))

    with pytest.raises(SQLAlchemyError) as told:
        store()
    assert is_away(told.value)


def ideas() -> int:
    with reading() as db:
        return db.scalars(sa.select(sa.func.count(Idea.id))).one()


@both
def test_a_claim_whose_commit_was_in_doubt_is_given_back_and_claimed_once(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider, in_doubt: InDoubt
) -> None:
    run = start_ideas(3)
    lane = at_work(run.stages[0])
    outcomes: list[Outcome] = []
    for done in range(3):
        in_doubt.times = 1
        batches = lane.step(outcomes, None, lost=False)
        assert in_doubt.times == 0
        states = [(item.status, item.attempts) for item in items_of(run.stages[0])]
        expected = [("done", 1)] * done + [("processing", 1)] + [("pending", 0)] * (2 - done)
        assert states == expected, "nothing is held that nobody works on"
        outcomes = lane.work(batches)
        lane.grab = 1

    in_doubt.times = 1
    assert lane.step(outcomes, None, lost=False) == []

    assert (ideas(), len(provider.asked)) == (3, 3)
    assert stage_of(run, "develop-ideas").processed == 3
    assert refreshed(run).status == "completed"
    with reading() as db:
        assert set(db.scalars(sa.select(Lane.token).where(Lane.token.is_not(None)))) == set()


@both
def test_a_claim_in_doubt_of_a_run_that_is_being_cancelled_is_skipped(
    start_ideas: StartIdeas,
    rings: Rings,
    provider: FakeProvider,
    in_doubt: InDoubt,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = start_ideas(3)
    lane = at_work(run.stages[0])
    outcomes = lane.work(lane.step([], None, lost=False))
    lane.grab = 1

    def cancel_meanwhile(seconds: float) -> None:
        automation.cancel(run)

    monkeypatch.setattr("igny8_web.pipeline.patience.time.sleep", cancel_meanwhile)
    in_doubt.times = 1
    assert lane.step(outcomes, None, lost=False) == []

    assert [item.status for item in items_of(run.stages[0])] == ["done", "skipped", "skipped"]
    ended, stage = refreshed(run), stage_of(run, "develop-ideas")
    assert (ended.status, stage.processed, stage.skipped) == ("cancelled", 1, 2)


@both
def test_an_answer_whose_commit_was_in_doubt_is_counted_once(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider, in_doubt: InDoubt
) -> None:
    run = start_ideas(1)
    provider.price = Decimal("0.5")
    lane = at_work(run.stages[0])
    batches = lane.step([], None, lost=False)
    in_doubt.times = 1  # the note that it is asked
    asked: Callable[..., Any] = lambda data: setattr(in_doubt, "times", 1) or data  # noqa: E731
    provider.will("develop-ideas", asked)

    lane.step(lane.work(batches), None, lost=False)

    assert in_doubt.times == 0
    assert (refreshed(run).status, refreshed(run).cost) == ("completed", Decimal("0.5"))
    with reading() as db:
        assert [call.status for call in db.scalars(sa.select(AiCall))] == ["used"]
