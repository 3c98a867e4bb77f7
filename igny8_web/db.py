"""The database underneath: base class, column types, engine settings and transactions."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from .engines import BUSY_SECONDS, PATIENCE, WRITES
from .turns import turn

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, naive UTC in the database."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse a naive value: it could be any time zone's."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give the stored instant its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Dollars(TypeDecorator[Decimal]):
    """US dollars with six places: exact in Postgres, whole micro-dollars in SQLite."""

    impl = sa.Numeric(14, 6)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """SQLite has no decimal: count micro-dollars there."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.Numeric(14, 6))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """Round half even at the sixth place."""
        if value is None or dialect.name != "sqlite":
            return value
        return int((Decimal(value) * 1_000_000).to_integral_value())

    def process_result_value(self, value: Any, dialect: Any) -> Decimal | None:
        """Back to a decimal."""
        if value is None or dialect.name != "sqlite":
            return value  # type: ignore[no-any-return] # the driver made a Decimal of it
        return Decimal(value) / 1_000_000


def _enum_column(kind: type[enum.Enum]) -> sa.Enum:
    """Store the member's value as text; new members need no migration."""
    return sa.Enum(
        kind, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e]
    )


class Base(DeclarativeBase):
    """The parent of every model: one metadata, one way to name constraints."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it once, by this name
        datetime: UTCDateTime(),
        Decimal: Dollars(),
        enum.StrEnum: _enum_column(enum.StrEnum),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
    }


def insert_into(session: Session, table: type[Base]) -> Any:
    """An INSERT that knows ``on_conflict_do_nothing()``, in the dialect of the session."""
    # Loaded here: the dialect that is not used would cost each process 3 MB.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment] # one of two
    return insert(table)


def rows_hit(done: sa.Result[Any]) -> int:
    """How many rows an UPDATE or DELETE changed."""
    assert isinstance(done, sa.CursorResult)
    return done.rowcount


class db_now(FunctionElement[datetime]):  # noqa: N801 - reads like sa.func.now
    """The database's own clock, UTC, plus some seconds.

    Leases are compared with this clock only, so a worker whose clock is wrong neither steals
    nor outlives one.
    """

    type = UTCDateTime()
    inherit_cache = True

    def __init__(self, plus_seconds: float | sa.BindParameter[float] = 0) -> None:
        if not isinstance(plus_seconds, sa.BindParameter):
            plus_seconds = sa.literal(float(plus_seconds), sa.Float())
        super().__init__(plus_seconds)


@compiles(db_now, "sqlite")
def _sqlite_now(element: Any, compiler: Any, **kw: Any) -> str:
    # Six places, like the text SQLAlchemy writes, so that both compare as text.
    seconds = compiler.process(element.clauses, **kw)
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', {seconds} || ' seconds') || '000')"


@compiles(db_now, "postgresql")
def _postgres_now(element: Any, compiler: Any, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    return f"((clock_timestamp() AT TIME ZONE 'utc') + make_interval(secs => {seconds}))"


@contextmanager
def write_transaction(session: Session, patience: int | None = None) -> Iterator[Session]:
    """One unit of work: commit at the end, roll back on any error.

    What was read before is read anew inside. Joins the transaction that is under way, if there
    is one. Callbacks given to :func:`after_commit` run after the outermost commit, in order.

    Raises OperationalError when another writer of a SQLite file is not done within ``patience``
    seconds.
    """
    if session.info.get("writing"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes made outside a transaction would be lost or half done")
    session.commit()  # ends the reading transaction
    session.expire_all()
    callbacks: list[Callable[[], object]] = session.info.setdefault("after_commit", [])
    began = time.monotonic()
    with turn(session.get_bind(), patience):
        left = BUSY_SECONDS if patience is None else patience - int(time.monotonic() - began)
        session.connection(execution_options={WRITES: True, PATIENCE: max(1, left)})
        session.info["writing"] = True
        try:
            yield session
            session.commit()
        except BaseException:
            callbacks.clear()
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)
    todo, callbacks[:] = list(callbacks), []
    for callback in todo:
        callback()


def after_commit(session: Session, callback: Callable[[], object]) -> None:
    """Run ``callback`` once the transaction under way is committed; never if it is not."""
    if not session.info.get("writing"):
        raise RuntimeError("after_commit() needs a transaction")
    session.info.setdefault("after_commit", []).append(callback)
