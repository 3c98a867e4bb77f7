"""From keywords to articles in review, by the processes that an operator starts."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web.extensions import transaction
from igny8_web.models import Content, Image, Keyword, Site
from igny8_web.services import automation

from ..engine import reading, refreshed
from ..platform.helpers import until
from ..servers import PLAIN_RQ, StartWorker

PHRASES = ("how to clean a french press", "french press cleaning")


@pytest.mark.parametrize(
    ("database_url", "words"),
    [
        pytest.param("sqlite", PLAIN_RQ, id="rq worker on SQLite"),
        pytest.param(
            "postgres", ("worker",), id="worker.py on Postgres", marks=pytest.mark.postgres
        ),
    ],
    indirect=["database_url"],
)
def test_a_run_is_worked_to_its_end(
    app: Flask, site: Site, worker: StartWorker, words: tuple[str, ...]
) -> None:
    with transaction() as db:
        db.add_all(Keyword(site_id=site.id, phrase=p, folded=p) for p in PHRASES)
    run = automation.run_now(site)
    program = worker(*words, IGNY8_WORKERS="2")

    def over() -> bool:
        assert program.popen.poll() is None, program.said
        return not refreshed(run).is_live

    until(over, 60)

    assert refreshed(run).status == "completed", program.said
    with reading() as db:
        assert set(db.scalars(sa.select(Content.status))) == {"review"}
        assert set(db.scalars(sa.select(Image.status))) == {"generated"}
        assert set(db.scalars(sa.select(Keyword.status))) == {"mapped"}
    program.popen.terminate()
    assert program.wait() == 0, program.said
