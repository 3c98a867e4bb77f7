"""The migrations give what the models say, forwards and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from igny8_web import create_app
from igny8_web.cli import enable_migrations
from igny8_web.db import Base
from igny8_web.extensions import db

pytestmark = [
    pytest.mark.each_database(bare=True),
    # SQLite tells the inspector nothing of such indexes; their text is compared below.
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based"),
]


ROWS_OF_0001 = (
    "INSERT INTO site (id, slug, name, domain, language, timezone, created_at)"
    " VALUES (1, 'brew', 'Brew', '', 'en', 'UTC', '2026-11-01')",
    "INSERT INTO run (id, run_id, site_id, trigger, scope, first_stage, last_stage, status, cost,"
    " rev, created_at) VALUES (1, 'run_1', 1, 'manual', 'automation', 1, 7, 'completed', 0, 1,"
    " '2026-11-01')",
    "INSERT INTO stage_run (id, run_id, number, slug, status, total, processed, failed, skipped,"
    " made, cost) VALUES (1, 1, 1, 'cluster-keywords', 'completed', 1, 1, 0, 0, 1, 0)",
)
"""A run of the first release. SQLite drops children with a table that is copied and replaced."""


@pytest.fixture
def bare(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Flask]:
    """The app on a database without a single table."""
    app = create_app(data_dir=tmp_path / "data", database_url=database_url, redis_url=redis_url)
    enable_migrations(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def definitions() -> dict[str, Any]:
    """What Alembic's comparison does not look at: conditions of indexes, checks, cascades."""
    inspector = sa.inspect(db.engine)
    if db.engine.dialect.name == "postgresql":
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    with db.engine.connect() as connection:
        found: dict[str, Any] = {
            name: " ".join(definition.split())
            for name, definition in connection.execute(sa.text(query))
            if not name.startswith("alembic_version")
        }
    for table in sorted(tables()):
        checks = inspector.get_check_constraints(table)
        found[f"{table} checks"] = sorted((c["name"], c["sqltext"]) for c in checks)
        keys = inspector.get_foreign_keys(table)
        found[f"{table} keys"] = sorted(
            (k["name"] or "", k["referred_table"], k["options"].get("ondelete")) for k in keys
        )
    return found


def test_the_migrations_make_the_schema_of_the_models(bare: Flask) -> None:
    flask_migrate.upgrade()

    assert tables() == set(Base.metadata.tables)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_indexes_checks_and_cascades_are_those_of_the_models_to_the_letter(bare: Flask) -> None:
    flask_migrate.upgrade()
    migrated = definitions()
    flask_migrate.downgrade(revision="base")
    Base.metadata.create_all(db.engine)

    assert migrated == definitions()


def test_the_way_back_leaves_an_empty_database_and_the_way_forth_works_again(bare: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert tables() == set()

    flask_migrate.upgrade()
    assert tables() == set(Base.metadata.tables)


def test_an_upgrade_and_the_way_back_keep_every_row(bare: Flask) -> None:
    flask_migrate.upgrade(revision="0001")
    with db.engine.begin() as connection:
        for line in ROWS_OF_0001:
            connection.execute(sa.text(line))
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="0001")

    with db.engine.connect() as connection:
        counts = {t: connection.scalar(sa.text(f'SELECT count(*) FROM "{t}"')) for t in tables()}
    assert {table for table, rows in counts.items() if rows} == {"site", "run", "stage_run"}


def test_an_upgrade_of_an_up_to_date_database_changes_nothing(bare: Flask) -> None:
    flask_migrate.upgrade()
    before = definitions()

    flask_migrate.upgrade()

    assert definitions() == before
