"""SQLite: its settings, and writers that take turns."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from igny8_web.extensions import db
from igny8_web.turns import turn


@pytest.mark.usefixtures("app")
def test_sqlite_keeps_foreign_keys_a_log_beside_the_file_and_patience() -> None:
    with db.engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "journal_mode", "busy_timeout")
        }

    assert settings == {"foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 20_000}


def test_a_second_writer_waits_until_the_first_one_is_done(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'one.db'}")
    waiting, order = threading.Event(), []

    def second() -> None:
        waiting.set()
        with turn(engine):
            order.append("second")

    thread = threading.Thread(target=second)
    with turn(engine):
        thread.start()
        waiting.wait()
        thread.join(0.2)
        order.append("first")
    thread.join(10)

    assert order == ["first", "second"]


def test_a_turn_is_given_back_after_an_error(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'one.db'}")
    with pytest.raises(RuntimeError), turn(engine):
        raise RuntimeError

    with turn(engine):
        pass


def test_other_databases_need_no_turn() -> None:
    with turn(sa.create_engine("sqlite://")), turn(sa.create_engine("sqlite://")):
        pass
