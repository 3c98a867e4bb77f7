"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_web.extensions import session, transaction
from igny8_web.models import (
    Content,
    Idea,
    Image,
    ItemStatus,
    Keyword,
    Run,
    RunItem,
    Site,
    StageRun,
    Task,
)

from ..factories import make_content, make_idea, make_keywords, make_site, make_task

pytestmark = pytest.mark.each_database


def keyword(site_id: int, folded: str = "flat white", **values: Any) -> Keyword:
    return Keyword(site_id=site_id, phrase=folded, folded=folded, **values)


def run(site_id: int, run_id: str, **values: Any) -> Run:
    plain = {"trigger": "manual", "scope": "automation", "first_stage": 1, "last_stage": 7}
    return Run(site_id=site_id, run_id=run_id, **{**plain, **values})


def second_keyword(db: Session, site: Site) -> object:
    return [keyword(site.id), keyword(site.id)]


def mapped_without_cluster(db: Session, site: Site) -> object:
    return [keyword(site.id, status="mapped")]


def difficulty_over_a_hundred(db: Session, site: Site) -> object:
    return [keyword(site.id, difficulty=101)]


def second_task_of_an_idea(db: Session, site: Site) -> object:
    idea = make_idea(db, site)
    return [Task(site_id=site.id, idea_id=idea.id, title="t") for _ in range(2)]


def second_content_of_a_task(db: Session, site: Site) -> object:
    content = make_content(db, site)
    copied = ("html", "meta_title", "meta_description", "excerpt", "word_count", "written_by")
    same = {name: getattr(content, name) for name in copied}
    return [Content(site_id=site.id, task_id=content.task_id, title="t", slug="other", **same)]


def two_images_in_one_place(db: Session, site: Site) -> object:
    content = make_content(db, site, images=1)
    return [
        Image(
            site_id=site.id, content_id=content.id, kind="featured", position=0, prompt="p", alt="a"
        )
    ]


def second_live_automation(db: Session, site: Site) -> object:
    return [run(site.id, "run_1"), run(site.id, "run_2", status="paused")]


def keyword_of_no_site(db: Session, site: Site) -> object:
    return [keyword(999)]


@pytest.mark.parametrize(
    "forbidden",
    [
        second_keyword,
        mapped_without_cluster,
        difficulty_over_a_hundred,
        second_task_of_an_idea,
        second_content_of_a_task,
        two_images_in_one_place,
        second_live_automation,
        keyword_of_no_site,
    ],
    ids=lambda case: case.__name__.replace("_", " "),
)
def test_the_database_refuses(site: Site, forbidden: Callable[[Session, Site], Any]) -> None:
    def write() -> None:
        with transaction() as db:
            db.add_all(forbidden(db, site))

    with pytest.raises(IntegrityError):
        write()


def test_the_same_phrase_may_stand_in_two_sites(site: Site) -> None:
    with transaction() as db:
        other = make_site(db, "tea-notes")
        db.add_all([keyword(site.id), keyword(other.id)])


def test_ended_runs_and_selections_stand_beside_a_live_automation(site: Site) -> None:
    with transaction() as db:
        db.add(run(site.id, "run_live"))
        for number, status in enumerate(("completed", "failed", "cancelled")):
            db.add(run(site.id, f"run_{number}", status=status))
        db.add(run(site.id, "run_chosen", scope="selection"))


def test_a_settled_item_may_be_worked_again(site: Site) -> None:
    with transaction() as db:
        again = run(site.id, "run_1", stages=[StageRun(number=1, slug="draw-images")])
        db.add(again)
        db.flush()
        for position, status in enumerate((ItemStatus.FAILED, ItemStatus.DONE, ItemStatus.PENDING)):
            db.add(
                RunItem(
                    stage_run_id=again.stages[0].id,
                    stage="draw-images",
                    position=position,
                    item_id=5,
                    title="t",
                    status=status,
                )
            )


def test_a_site_takes_everything_of_its_own_with_it(site: Site) -> None:
    with transaction() as db:
        other = make_site(db, "tea-notes")
        for each in (site, other):
            make_keywords(db, each, 1)
            db.add(run(each.id, f"run_{each.id}", stages=[StageRun(number=1, slug="x")]))
    with transaction() as db:
        db.execute(sa.delete(Site).where(Site.id == site.id))

    for model in (Keyword, Run):
        assert set(session().scalars(sa.select(model.site_id))) == {other.id}
    assert session().scalar(sa.select(sa.func.count()).select_from(StageRun)) == 1


def test_what_is_unknown_of_a_keyword_stays_unknown(site: Site) -> None:
    with transaction() as db:
        db.add(keyword(site.id))
    session().expire_all()

    found = session().scalars(sa.select(Keyword)).one()
    unknown = (found.volume, found.difficulty, found.cpc, found.intent, found.country)
    assert unknown == (None,) * 5


def test_an_article_knows_where_it_came_from(site: Site) -> None:
    with transaction() as db:
        content_id = make_content(db, site).id
        make_task(db, site)
    session().expire_all()

    content = session().get_one(Content, content_id)
    assert content.task.idea.cluster.keywords == content.task.idea.keywords
    assert session().scalar(sa.select(sa.func.count()).select_from(Idea)) == 2
