"""What every stage of the registry keeps to, and an eighth one that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from igny8_web.db import Base
from igny8_web.extensions import session, transaction
from igny8_web.jobs_by_name import JOBS
from igny8_web.models import Content, ContentStatus, Site
from igny8_web.pipeline.progress import find_run, processing_state
from igny8_web.pipeline.stage import AnyStage, Kind, LocalStage, Stage
from igny8_web.pipeline.stages import STAGES, stage_by_slug
from igny8_web.pipeline.tools import Tools, tools_for_site
from igny8_web.services import automation

from ..engine import Rings, at_work, refreshed
from ..factories import (
    make_clusters,
    make_content,
    make_idea,
    make_keywords,
    make_task,
)
from ..fakes import FakeProvider

MAKERS: dict[str, Callable[[Session, Site], object]] = {
    "cluster-keywords": lambda db, site: make_keywords(db, site, 3),
    "develop-ideas": lambda db, site: make_clusters(db, site, 3),
    "queue-tasks": lambda db, site: [make_idea(db, site) for _ in range(3)],
    "write-content": lambda db, site: [make_task(db, site) for _ in range(3)],
    "write-image-prompts": lambda db, site: [make_content(db, site) for _ in range(3)],
    "draw-images": lambda db, site: make_content(db, site, images=3),
    "gather-for-review": lambda db, site: [
        make_content(db, site, ContentStatus.REVIEW) for _ in range(3)
    ],
}
"""Three rows that wait for each stage."""

each_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.slug)


class ShoutTitles(Stage[str, str]):
    """A stage as somebody may write it tomorrow: articles in review get louder titles."""

    slug = "shout-titles"
    title = "Review → Louder"
    unit = ("article", "articles")
    makes = ("louder article", "louder articles")

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        return (
            sa.select(Content.id, Content.title)
            .where(Content.site_id == site_id, Content.status == ContentStatus.REVIEW)
            .where(Content.title.not_like("%!"))
            .order_by(Content.id)
        )

    def brief(self, items: Sequence[int], db: Session) -> str:
        return db.get_one(Content, items[0]).title

    def work(self, brief: str, tools: Tools) -> str:
        return f"{brief.upper()}!"

    def store(self, items: Sequence[int], result: str, db: Session) -> int:
        db.get_one(Content, items[0]).title = result
        return 1


@pytest.fixture
def eighth() -> Iterator[AnyStage]:
    """One line in the registry."""
    STAGES.append(ShoutTitles())
    yield STAGES[-1]
    STAGES.pop()


@pytest.fixture
def waiting(stage: AnyStage, site: Site, provider: FakeProvider) -> list[int]:
    """The ids of three rows that wait for the stage."""
    with transaction() as db:
        MAKERS[stage.slug](db, site)
        return [item_id for item_id, _ in db.execute(stage.waiting(site.id))]


@each_stage
def test_a_stage_is_called_verb_and_object_like_its_file_and_class(stage: AnyStage) -> None:
    words = stage.slug.split("-")

    assert len(words) >= 2
    assert type(stage).__module__.rpartition(".")[2] == "_".join(words)
    assert type(stage).__name__ == "".join(word.title() for word in words)
    assert stage_by_slug(stage.slug) is stage


@each_stage
def test_a_stage_says_what_goes_in_and_what_comes_out(stage: AnyStage) -> None:
    assert stage.title
    assert stage.kind in Kind
    assert all(len(words) == 2 and all(words) for words in (stage.unit, stage.makes))
    assert stage.job in JOBS
    assert isinstance(stage, LocalStage) == (stage.kind is not Kind.AI)


def test_slugs_are_distinct() -> None:
    assert len({stage.slug for stage in STAGES}) == len(STAGES)


@each_stage
def test_waiting_selects_id_and_title_of_the_rows_that_wait(
    stage: AnyStage, waiting: list[int], site: Site
) -> None:
    rows = session().execute(stage.waiting(site.id)).all()

    assert len(rows) == 3
    assert all(type(item_id) is int and title for item_id, title in rows)
    assert waiting == sorted(waiting)


@each_stage
def test_a_brief_is_plain_data(stage: AnyStage, waiting: list[int], site: Site) -> None:
    batch = waiting[: stage.batch(tools_for_site(site.id))]

    brief = stage.brief(batch, session())

    assert json.loads(TypeAdapter(type(brief)).dump_json(brief))


@each_stage
def test_storing_a_result_twice_is_harmless(
    stage: AnyStage, waiting: list[int], site: Site
) -> None:
    tools = tools_for_site(site.id)
    run = automation.run_stage(site, stage.slug, waiting)
    batch = waiting[: stage.batch(tools)]
    [claimed] = at_work(run.stages[0]).step([], None, lost=False)
    result = stage.work(claimed.brief, tools.for_item(stage.slug, claimed.items[0].id))

    with transaction() as db:
        assert stage.store(batch, result, db) >= 1
    once = _everything()
    with transaction() as db:
        stage.store(batch, result, db)

    assert _everything() == once


@each_stage
def test_what_was_stored_waits_no_longer_unless_it_waits_for_a_person(
    stage: AnyStage, waiting: list[int], site: Site, rings: Rings
) -> None:
    run = automation.run_stage(site, stage.slug, waiting)
    rings.answer_all()

    ended = refreshed(run)
    assert ended.status == "completed"
    assert ended.stages[0].result == stage.summary(ended.stages[0])
    left = len(session().execute(stage.waiting(site.id)).all())
    assert left == (3 if stage.kind is Kind.MANUAL else 0)


@each_stage
def test_the_card_names_the_items_of_a_stage(
    stage: AnyStage, waiting: list[int], site: Site, rings: Rings
) -> None:
    run = automation.run_stage(site, stage.slug, waiting)

    state = processing_state(session(), find_run(session(), run.id))

    assert state.stage_name == stage.title
    assert [item.id for item in state.up_next] == waiting[:2]
    assert all(item.title and item.type == stage.unit[0] for item in state.up_next)


def test_an_eighth_stage_runs_after_the_others_and_needs_no_other_change(
    eighth: AnyStage, site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        make_keywords(db, site, 4)
    run = automation.run_now(site)
    rings.answer_all()

    ended = refreshed(run)
    assert (ended.status, ended.last_stage) == ("completed", len(STAGES))
    last = ended.stages[-1]
    assert (last.slug, last.status, last.processed) == ("shout-titles", "completed", 2)
    assert last.result == "2 louder articles from 2 articles"
    assert all(title.endswith("!") for title in session().scalars(sa.select(Content.title)))
    state = processing_state(session(), find_run(session(), run.id))
    assert (state.stage_name, state.stages_total) == ("Review → Louder", len(STAGES))


def _everything() -> dict[str, list[Any]]:
    """All rows of the product, without the times they were touched."""
    session().rollback()
    return {
        name: session()
        .execute(sa.select(*(c for c in table.c if c.name != "updated_at")).order_by(*table.c))
        .all()
        for name, table in Base.metadata.tables.items()
        if name in {"keyword", "cluster", "idea", "idea_keyword", "task", "content", "image"}
    }
