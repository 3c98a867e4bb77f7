"""The watch itself: each way of breaking a promise is seen and named."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web.db import db_now
from igny8_web.extensions import transaction
from igny8_web.models import (
    AiCall,
    Cluster,
    Content,
    Idea,
    Image,
    ItemStatus,
    Keyword,
    KeywordStatus,
    Lane,
    Run,
    RunItem,
    RunStatus,
    Site,
    StageRun,
)
from igny8_web.services import automation

from ..engine import Rings
from ..factories import make_clusters, make_keywords
from ..fakes import FakeProvider
from ..platform.helpers import until
from . import invariants
from .invariants import Watch


@pytest.fixture
def finished(app: Flask, site: Site, rings: Rings, provider: FakeProvider) -> Watch:
    """A watch over a whole run that is completed."""
    provider.price = Decimal("0.02")
    with transaction() as db:
        make_keywords(db, site, 4)
    run = automation.run_now(site)
    watch = Watch(app, run)
    rings.answer_all()
    watch.stop()
    return watch


@pytest.fixture
def at_work(app: Flask, site: Site, rings: Rings, provider: FakeProvider) -> Run:
    """A run that nobody works on any more, half done."""
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 4)]
    run = automation.run_stage(site, "develop-ideas", ids)
    with transaction() as db:
        db.get_one(Run, run.id).status = RunStatus.RUNNING
        stage = db.get_one(StageRun, run.stages[0].id)
        stage.processed = 2
    return run


def change(statement: sa.Executable) -> None:
    with transaction() as db:
        db.execute(statement)


def test_a_run_without_faults_keeps_every_promise(finished: Watch) -> None:
    finished.check()


def another_idea() -> sa.Executable:
    columns = [c.name for c in Idea.__table__.columns if c.name != "id"]
    return sa.insert(Idea).from_select(
        columns, sa.select(*(getattr(Idea, c) for c in columns)).limit(1)
    )


BROKEN: dict[str, Callable[[], sa.Executable]] = {
    "I1: .* is still pending": lambda: sa.update(RunItem).values(status=ItemStatus.PENDING),
    "I1: .* failed without a reason": lambda: sa.update(RunItem).values(status=ItemStatus.FAILED),
    "I1: stage 1 .* items of": lambda: sa.update(StageRun).values(total=99),
    "I1: stage 1: keyword 1 is new": lambda: (
        sa.update(Keyword).where(Keyword.id == 1).values(status=KeywordStatus.NEW, cluster_id=None)
    ),
    "I1: stage 1: cluster 'Twin' has no keyword": lambda: sa.insert(Cluster).values(
        site_id=1, name="Twin"
    ),
    "I1: stage 2: cluster 1 has the idea .* 2 times": another_idea,
    "I2: stage 2 says it made 2, there are 3": another_idea,
    "I1: stage 2: done without a result": lambda: sa.update(Idea).values(cluster_id=1),
    "I1: stage 5: done without a result": lambda: sa.delete(Image),
    "I1: stage 6: image 1 is generated, its file None": lambda: sa.update(Image).values(file=None),
    "I1: stage 6: .* belongs to no image": lambda: sa.update(Image).values(file="images/none"),
    "I1: stage 7: content 1 is draft": lambda: sa.update(Content).values(status="draft"),
    "I2: stage 1 .* says 3 done": lambda: sa.update(StageRun).values(processed=3),
    "I4: the run cost .* its stages": lambda: sa.update(StageRun).values(cost=1),
    "I4: the run cost .* its items": lambda: sa.update(RunItem).values(cost=1),
    "I4: the run cost .* its calls": lambda: sa.update(AiCall).values(cost=1),
    "I5: .* is done and leased": lambda: sa.update(RunItem).values(lease_token="x"),
    "the run is failed, not completed": lambda: sa.update(Run).values(status=RunStatus.FAILED),
}


@pytest.mark.parametrize("told", BROKEN)
def test_a_broken_promise_is_named(finished: Watch, told: str) -> None:
    change(BROKEN[told]())
    with pytest.raises(AssertionError, match=told):
        finished.check()


def test_money_that_the_provider_took_and_nobody_counted_is_named(finished: Watch) -> None:
    class Peer:
        calls = (SimpleNamespace(answered=True, usage={"total_tokens": 5000}),)

    with pytest.raises(AssertionError, match=r"I4: \d+ tokens were counted, 5000 delivered"):
        finished.check(Peer())


def test_a_file_that_is_lost_is_named(finished: Watch, app: Flask) -> None:
    media: Path = app.extensions["igny8"].config.media_dir
    next(file for file in media.rglob("*.webp") if ".thumb." not in file.name).unlink()
    with pytest.raises(AssertionError, match=r"\.webp is not there"):
        finished.check()


def test_a_percentage_that_falls_is_named(app: Flask, at_work: Run) -> None:
    watch = Watch(app, at_work)
    until(lambda: watch.seen)
    change(sa.update(StageRun).values(processed=1))
    until(lambda: watch.seen[-1].percentage == 25)
    with pytest.raises(AssertionError, match="I3: stage 2 fell from 50 % to 25 %"):
        watch.check()


@pytest.mark.each_database
def test_work_that_nobody_holds_is_named(
    app: Flask, at_work: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invariants, "LONGEST_SILENCE", 0.1)
    change(sa.update(Lane).values(token="gone", lease_until=db_now(-1)))
    watch = Watch(app, at_work)
    until(lambda: watch.longest_silence > 0.2)
    with pytest.raises(AssertionError, match="I5: running without a live lease"):
        watch.check()


@pytest.mark.each_database
def test_work_that_is_held_or_waits_for_its_next_try_is_no_silence(
    app: Flask, at_work: Run
) -> None:
    change(sa.update(Lane).values(token="held", lease_until=db_now(60)))
    watch = Watch(app, at_work)
    until(lambda: len(watch.seen) > 3)
    change(sa.update(RunItem).values(not_before=db_now(60)))
    change(sa.update(Lane).values(token=None, lease_until=None))
    until(lambda: len(watch.seen) > 6)
    watch.stop()
    assert watch.longest_silence == 0
