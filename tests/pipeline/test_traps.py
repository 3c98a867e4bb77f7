"""What an earlier system fell into, and a whole run in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image as Picture

from igny8_web.extensions import session, transaction
from igny8_web.models import (
    Cluster,
    Content,
    Idea,
    Image,
    Keyword,
    Run,
    Site,
    Task,
    idea_keyword,
)
from igny8_web.pipeline.stages import STAGES
from igny8_web.services import automation

from ..engine import Rings, items_of, reading, refreshed
from ..factories import (
    make_cluster,
    make_clusters,
    make_content,
    make_idea,
    make_keywords,
    make_site,
    make_task,
)
from ..fakes import FakeProvider

INPUTS = (Keyword, Cluster, Idea, Task, Content, Image, Content)
"""What each stage of the registry works on."""


@pytest.fixture
def run(site: Site, rings: Rings, provider: FakeProvider) -> Run:
    """Twelve keywords on their way through all stages."""
    with transaction() as db:
        make_keywords(db, site, 12)
    run = automation.run_now(site)
    rings.answer_all()
    return refreshed(run)


@pytest.mark.each_database
def test_each_stage_works_on_exactly_what_the_stage_before_made(run: Run) -> None:
    assert run.status == "completed"
    for stage_run, model in zip(run.stages, INPUTS, strict=True):
        with reading() as db:
            rows = db.scalars(sa.select(model.id)).all()
        assert rows, stage_run.slug
        assert sorted(i.item_id for i in items_of(stage_run)) == sorted(rows), stage_run.slug
        assert (stage_run.processed, stage_run.failed) == (len(rows), 0)


@pytest.mark.each_database
def test_a_run_leaves_nothing_waiting_but_what_waits_for_a_person(run: Run, site: Site) -> None:
    with reading() as db:
        left = {stage.slug: len(db.execute(stage.waiting(site.id)).all()) for stage in STAGES}

    assert left.pop(STAGES[-1].slug) == 6
    assert set(left.values()) == {0}


def test_articles_end_in_review_with_all_their_pictures_on_disk(run: Run, app: Flask) -> None:
    media: Path = app.extensions["igny8"].config.media_dir
    for content in session().scalars(sa.select(Content)):
        assert content.status == "review", "nothing is approved by a machine"
        assert [image.position for image in content.images] == [0, 1]
        for image in content.images:
            assert image.file is not None
            with Picture.open(media / image.file) as picture:
                assert (picture.format, *picture.size) == ("WEBP", image.width, image.height)


def test_every_keyword_is_linked_to_the_cluster_that_the_answer_put_it_in(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        ids = [keyword.id for keyword in make_keywords(db, site, 6)]
    odd, even = ids[::2], ids[1::2]
    provider.will(
        "cluster-keywords",
        lambda _: {
            "clusters": [
                {"name": "Even", "keyword_ids": even},
                {"name": "Odd", "keyword_ids": odd[::-1]},
            ]
        },
    )
    automation.run_stage(site, "cluster-keywords", ids)
    rings.answer_all()

    with reading() as db:
        for cluster in db.scalars(sa.select(Cluster)):
            expected = {"Even": even, "Odd": odd}[cluster.name]
            assert [keyword.id for keyword in cluster.keywords] == expected
        assert set(db.scalars(sa.select(Keyword.status))) == {"mapped"}


def test_keywords_join_a_cluster_that_the_site_has(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        cluster = make_cluster(db, site, keywords=2)
        ids = [keyword.id for keyword in make_keywords(db, site, 3)]
    provider.will(
        "cluster-keywords",
        lambda _: {"clusters": [{"name": "x", "keyword_ids": ids, "existing_id": cluster.id}]},
    )
    automation.run_stage(site, "cluster-keywords", ids)
    rings.answer_all()

    with reading() as db:
        assert db.scalars(sa.select(Cluster.id)).all() == [cluster.id]
        assert set(db.scalars(sa.select(Keyword.cluster_id))) == {cluster.id}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda c: c[1:], id="left out"),
        pytest.param(lambda c: [*c, c[0]], id="twice"),
        pytest.param(lambda c: [*c, {"name": "x", "keyword_ids": [999]}], id="unknown"),
        pytest.param(lambda c: [{**c[0], "existing_id": 77}, *c[1:]], id="unknown cluster"),
    ],
)
def test_groups_that_are_no_partition_of_the_keywords_are_refused_as_a_whole(
    site: Site, rings: Rings, provider: FakeProvider, wrong: Any
) -> None:
    with transaction() as db:
        ids = [keyword.id for keyword in make_keywords(db, site, 6)]
    provider.will("cluster-keywords", lambda data: {"clusters": wrong(data["clusters"])})
    automation.run_stage(site, "cluster-keywords", ids)
    rings.answer_all()

    with reading() as db:
        assert db.scalar(sa.select(Cluster.id)) is None
        assert set(db.scalars(sa.select(Keyword.status))) == {"new"}


def test_answers_are_matched_by_id_in_whatever_order_they_come(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        cluster = make_cluster(db, site, keywords=4)
        keyword_ids = [keyword.id for keyword in cluster.keywords]
    provider.will(
        "develop-ideas",
        lambda data: {
            "ideas": [
                {**data["ideas"][0], "title": "Last two", "keyword_ids": keyword_ids[:1:-1]},
                {**data["ideas"][0], "title": "First two", "keyword_ids": keyword_ids[1::-1]},
            ]
        },
    )
    provider.always("write-image-prompts", lambda data: {**data, "images": data["images"][::-1]})
    automation.run_now(site)
    rings.answer_all()

    with reading() as db:
        for idea in db.scalars(sa.select(Idea)):
            expected = keyword_ids[:2] if idea.title == "First two" else keyword_ids[2:]
            assert [keyword.id for keyword in idea.keywords] == expected
        contents = db.scalars(sa.select(Content)).all()
        assert len(contents) == 2
        for content in contents:
            assert content.title == content.task.title == content.task.idea.title
            assert [(i.position, i.kind, i.alt) for i in content.images] == [
                (0, "featured", "View 0"),
                (1, "in-article", "View 1"),
            ]


def test_a_draft_for_another_task_is_never_stored(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        tasks = [make_task(db, site).id for _ in range(2)]
    provider.will("write-content", lambda data: {**data, "task_id": tasks[1]})
    run = automation.run_stage(site, "write-content", tasks)
    rings.answer_all()

    first, second = items_of(run.stages[0])
    assert (first.status, second.status) == ("pending", "done")
    assert first.error == f"The answer is for task {tasks[1]}, never asked."


@pytest.mark.each_database
def test_a_run_never_touches_another_sites_rows(
    site: Site, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        other = make_site(db, "tea-notes")
        for each in (site, other):
            make_keywords(db, each, 2)
            make_clusters(db, each, 1)
            make_idea(db, each)
            make_task(db, each)
            make_content(db, each)
            make_content(db, each, images=1)
    before = _rows_of(other)

    run = automation.run_now(site)
    rings.answer_all()

    assert refreshed(run).status == "completed"
    assert _rows_of(other) == before
    assert all(count >= 3 for count in (stage.total for stage in run.stages[1:]))


def test_what_another_site_owns_cannot_be_chosen(site: Site, rings: Rings) -> None:
    with transaction() as db:
        other = make_site(db, "tea-notes")
        theirs = [
            ("cluster-keywords", make_keywords(db, other, 1)[0].id),
            ("develop-ideas", make_cluster(db, other).id),
            ("queue-tasks", make_idea(db, other).id),
            ("write-content", make_task(db, other).id),
            ("write-image-prompts", make_content(db, other).id),
            ("draw-images", make_content(db, other, images=1).images[0].id),
        ]
    for slug, item_id in theirs:
        with pytest.raises(automation.NothingWaiting):
            automation.run_stage(site, slug, [item_id])
    with reading() as db:
        assert db.scalar(sa.select(Run.id)) is None


def _rows_of(site: Site) -> list[Any]:
    """Every row of the site, with all its columns."""
    with reading() as db:
        rows: list[Any] = []
        for model in (Keyword, Cluster, Idea, Task, Content, Image):
            table = model.__table__
            rows += db.execute(
                sa.select(table).where(table.c.site_id == site.id).order_by(table.c.id)
            ).all()
        linked = sa.select(idea_keyword).join(Idea, Idea.id == idea_keyword.c.idea_id)
        rows += db.execute(linked.where(Idea.site_id == site.id)).all()
        return rows
