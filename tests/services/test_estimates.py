"""What a run would take, told before it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from igny8_web.extensions import session, transaction
from igny8_web.models import (
    AiCall,
    CallStatus,
    ClusterStatus,
    ItemStatus,
    Price,
    ProviderKind,
    ProviderSetting,
    Run,
    RunItem,
    RunStatus,
    Scope,
    Site,
    StageRun,
    StageStatus,
    Trigger,
)
from igny8_web.pipeline.stages import STAGES
from igny8_web.services import automation, estimates
from igny8_web.services.estimates.guesses import GUESSES, MADE, PerItem
from igny8_web.services.estimates.history import History
from igny8_web.services.estimates.makers import Maker, Makers
from igny8_web.services.estimates.ranges import Range, between, exactly
from igny8_web.services.estimates.reckoning import reckon

from ..engine import Rings
from ..factories import make_clusters, make_keywords, make_site, make_task
from ..fakes import FakeProvider

Environment = Callable[..., None]
WRITER = Maker("m", True, Decimal(2), Decimal(10))
PAINTER = Maker("p", True, per_image=exactly(Decimal("0.04")))
ALL = list(enumerate(STAGES, 1))


@pytest.fixture
def environment(app: Flask) -> Environment:
    """Change the configuration of the test's process."""

    def change(**keys: object) -> None:
        house = app.extensions["igny8"]
        app.extensions["igny8"] = replace(house, config=replace(house.config, **keys))

    return change


@pytest.fixture
def paid(environment: Environment) -> None:
    """Texts from somewhere that sends a bill, at a price that is known."""
    environment(text_base_url="https://api.example.com/v1", text_model="m")
    with transaction() as db:
        db.add(Price(model="m", per_million_in=Decimal(2), per_million_out=Decimal(10)))


def an_earlier_run(
    site: Site, slug: str = "write-content", items: int = 4, model: str = "m", made: int | None = 4
) -> None:
    """A completed run with two calls an item, each of 1,000 tokens in, 500 out and 30 s."""
    began = datetime(2026, 11, 1, 12, tzinfo=UTC)
    with transaction() as db:
        number = next(n for n, stage in ALL if stage.slug == slug)
        stage_run = StageRun(
            number=number,
            slug=slug,
            status=StageStatus.COMPLETED,
            total=items,
            processed=items,
            made=made or 0,
        )
        db.add(
            Run(
                run_id=f"run_{items}_{slug.replace('-', '_')}_{model}",
                site=site,
                trigger=Trigger.MANUAL,
                scope=Scope.AUTOMATION,
                first_stage=1,
                last_stage=7,
                status=RunStatus.COMPLETED,
                stages=[stage_run],
            )
        )
        db.flush()
        for position in range(1, items + 1):
            item = RunItem(
                stage_run_id=stage_run.id,
                stage=slug,
                position=position,
                item_id=position,
                title="An item",
                status=ItemStatus.DONE,
            )
            db.add(item)
            db.flush()
            for _ in range(2):
                db.add(
                    AiCall(
                        run_item_id=item.id,
                        stage=slug,
                        provider="any",
                        model=model,
                        fingerprint="f",
                        status=CallStatus.USED,
                        usage={"input": 1_000, "output": 500},
                        created_at=began,
                        finished_at=began + timedelta(seconds=30),
                    )
                )


def a_task_waits(site: Site) -> None:
    """And nothing before it."""
    with transaction() as db:
        make_task(db, site).idea.cluster.status = ClusterStatus.MAPPED


def test_the_sums_are_those_that_are_made_by_hand() -> None:
    measured = PerItem(exactly(2), exactly(1_000), exactly(500), exactly(30), measured=True)
    history = History(
        3,
        {"develop-ideas": between(1, 2), "write-image-prompts": exactly(3)},
        dict.fromkeys(("develop-ideas", "write-content", "write-image-prompts"), measured),
    )
    waiting = {"develop-ideas": 10, "write-content": 5, "draw-images": 6}

    told = reckon(ALL, waiting, history, Makers(WRITER, PAINTER), lanes=4)

    ideas, texts, prompts, images = told.stages
    assert (ideas.items, ideas.calls) == (exactly(10), exactly(20))
    # 10 clusters become 10 to 20 ideas, and 5 tasks wait already
    assert (texts.items, texts.calls) == (between(15, 25), between(30, 50))
    assert (texts.tokens_in, texts.tokens_out) == (between(15_000, 25_000), between(7_500, 12_500))
    # 15,000 × $2 + 7,500 × $10 a million, to 25,000 × $2 + 12,500 × $10
    assert texts.dollars == between("0.105", "0.175")
    assert texts.minutes == between("3.75", "6.25"), "30 to 50 calls of 30 s, four at a time"
    assert prompts.items == between(15, 25)
    assert images.items == between(6 + 45, 6 + 75), "three of each article, and 6 wait already"
    assert images.dollars == between("2.04", "3.24")
    # 0.07 for the ideas, and the prompts are as many as the texts
    assert told.dollars == between("2.32", "3.66")
    assert (told.runs, told.unpriced, told.free) == (3, (), False)


def test_without_any_run_it_is_a_first_guess() -> None:
    told = reckon(ALL, {"cluster-keywords": 600}, History(), Makers(WRITER, PAINTER), lanes=2)
    clusters, ideas = told.stages[:2]
    assert clusters.calls == between(3, 4), "200 keywords a call, if they can be packed"
    assert ideas.items == between(72, 150), "four to eight keywords a cluster"
    assert told.runs == 0
    assert not told.measured
    assert [stage.slug for stage in told.stages] == list(GUESSES)
    assert set(GUESSES) <= {*MADE, "draw-images"}


def test_a_price_that_is_missing_leaves_the_dollars_unknown() -> None:
    writer = Maker("new", sends_bills=True)
    told = reckon(ALL, {"write-content": 1}, History(), Makers(writer, PAINTER), lanes=1)
    assert told.dollars is None
    assert told.stages[0].dollars is None
    assert told.stages[2].dollars is not None
    assert told.unpriced == ("new",)


def test_the_built_in_writer_and_painter_cost_nothing() -> None:
    told = reckon(ALL, {"cluster-keywords": 100}, History(), Makers(Maker(), Maker()), lanes=1)
    assert (told.dollars, told.tokens_in, told.free) == (Range(), Range(), True)
    assert told.calls.high > 100


def test_a_provider_that_lets_few_requests_through_takes_its_time() -> None:
    slow = replace(WRITER, requests_per_minute=2)
    told = reckon(ALL[4:5], {"write-image-prompts": 20}, History(), Makers(slow, PAINTER), lanes=16)
    assert told.minutes == between(10, 11)


@pytest.mark.each_database
def test_the_last_runs_tell_what_an_item_takes(site: Site, paid: None) -> None:
    an_earlier_run(site, items=4)
    an_earlier_run(site, "write-image-prompts", items=2, made=6)
    with transaction() as db:
        other = make_site(db, "other-site")
    a_task_waits(site)
    an_earlier_run(other, items=7, made=700)

    told = estimates.estimate(site)

    texts = told.stages[0]
    assert texts.measured
    assert texts.calls == between(1, 3), "2 an item, give or take"
    assert texts.tokens_in == between(1_600, 2_500)
    assert texts.tokens_out == between(800, 1_250)
    assert texts.dollars == between("0.0112", "0.0175")
    assert texts.minutes.low == Decimal("0.4"), "24 s at least"
    assert told.stages[2].items == exactly(3), "the images of an article, as the last run had them"
    assert told.runs == 2
    assert told.measured, "who draws is built in"


@pytest.mark.each_database
def test_calls_to_another_model_tell_nothing(site: Site, paid: None) -> None:
    an_earlier_run(site, model="older")
    a_task_waits(site)
    told = estimates.estimate(site)
    assert not told.stages[0].measured
    assert told.stages[0].tokens_in == GUESSES["write-content"].tokens_in


def test_few_keywords_tell_nothing_of_many(site: Site, paid: None) -> None:
    an_earlier_run(site, "cluster-keywords", items=6, made=2)
    with transaction() as db:
        make_keywords(db, site, 10)
    few = estimates.estimate(site).stages[0]
    assert not few.measured
    an_earlier_run(site, "cluster-keywords", items=60, made=12)
    many = estimates.estimate(site).stages[0]
    assert many.measured
    assert many.tokens_in == between(16_000, 25_000), "2,000 tokens an item were measured"


@pytest.mark.each_database
def test_what_a_run_has_left_is_counted_from_its_stage_on(
    site: Site, rings: Rings, provider: FakeProvider, paid: None
) -> None:
    with transaction() as db:
        clusters = [cluster.id for cluster in make_clusters(db, site, 5)]
        make_keywords(db, site, 50)  # came too late for it
        make_task(db, site)
    chosen = automation.run_stage(site, "develop-ideas", clusters[:2])
    left = estimates.estimate_left(chosen)
    assert [(stage.slug, stage.items) for stage in left.stages] == [("develop-ideas", exactly(2))]

    run = automation.run_now(site)
    assert run.current_stage == 1
    with transaction():
        run.stages[0].processed, run.current_stage = 50, 2
        run.stages[1].total, run.stages[1].processed = 5, 2
    left = estimates.estimate_left(run)
    assert left.stages[0].slug == "develop-ideas"
    assert left.stages[0].items == exactly(3)
    assert left.stages[1].items == between(1 + 3, 1 + 4), "a task waits, and 3 to 4 ideas come"


@pytest.mark.each_database
def test_whether_a_run_may_cost_something(site: Site, environment: Environment) -> None:
    assert estimates.is_free(site)
    environment(text_base_url="http://localhost:11434/v1", text_model="local")
    assert estimates.is_free(site), "nobody sends a bill from here"
    with transaction() as db:
        db.add(Price(model="local", per_million_in=Decimal(1), per_million_out=Decimal(1)))
    assert not estimates.is_free(site), "somebody wants it to be counted"
    with transaction() as db:
        db.add(ProviderSetting(site_id=site.id, kind=ProviderKind.TEXT, preset="offline"))
    assert estimates.is_free(site), "the site's own setting is the built-in writer"
    environment(image_base_url="https://images.example.com/v1", image_model="p")
    assert not estimates.is_free(site)
    session().rollback()
