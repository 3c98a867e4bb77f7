"""What a planner decides about ideas."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Idea, IdeaStatus, Site, Task, TaskStatus
from igny8_web.services import automation, ideas
from igny8_web.services.errors import Invalid, NotFound
from igny8_web.services.filtering import Chosen
from igny8_web.services.rooms import IdeaFilter

from ..engine import reading
from ..factories import make_idea, make_site, make_task

EVERY = Chosen(IdeaFilter())


def idea_with(site: Site, status: IdeaStatus = IdeaStatus.NEW) -> Idea:
    with transaction() as db:
        return make_idea(db, site, status)


def statuses(site: Site) -> list[str]:
    with reading() as db:
        query = sa.select(Idea.status).where(Idea.site_id == site.id).order_by(Idea.id)
        return [status.value for status in db.scalars(query)]


@pytest.mark.each_database
def test_an_approved_idea_has_one_task_however_often_it_is_approved(site: Site) -> None:
    new, refused = idea_with(site), idea_with(site, IdeaStatus.REFUSED)
    assert ideas.approve(site, EVERY).number == 2
    assert ideas.approve(site, EVERY).number == 0
    assert statuses(site) == ["queued", "queued"]
    with reading() as db:
        tasks = db.scalars(sa.select(Task).order_by(Task.id)).all()
        assert [task.idea_id for task in tasks] == [new.id, refused.id]
        assert [task.title for task in tasks] == [new.title, refused.title]


@pytest.mark.each_database
def test_what_is_discarded_can_be_taken_back(site: Site) -> None:
    idea_with(site)
    assert ideas.discard(site, EVERY).number == 1
    with pytest.raises(automation.NothingWaiting):
        automation.run_stage(site, "queue-tasks", [1])
    discarded = Chosen(IdeaFilter(status=IdeaStatus.DISCARDED))
    assert ideas.take_back(site, EVERY).number == 0
    assert ideas.take_back(site, discarded).number == 1
    assert statuses(site) == ["new"]


@pytest.mark.each_database
def test_what_a_live_run_has_is_left_to_it(site: Site) -> None:
    idea = idea_with(site)
    automation.run_stage(site, "queue-tasks", [idea.id])
    for verb in (ideas.approve, ideas.discard):
        done = verb(site, EVERY)
        assert (done.number, done.in_hand) == (0, 1)
    with pytest.raises(ideas.WrongState, match="working on it"):
        ideas.edit_idea(site, idea.id, {"title": "Other"}, None)


def test_another_sites_ideas_are_not_there(site: Site) -> None:
    with transaction() as db:
        theirs = make_idea(db, make_site(db, "elsewhere"))
    assert ideas.approve(site, Chosen(IdeaFilter(), [theirs.id])).number == 0
    with pytest.raises(NotFound):
        ideas.find_idea(site, theirs.id)
    with pytest.raises(NotFound):
        ideas.edit_idea(site, theirs.id, {"title": "Mine"}, None)


def test_an_edit_reaches_the_task_that_is_not_written_yet(site: Site) -> None:
    with transaction() as db:
        task = make_task(db, site)
    given = {
        "title": " A  better title ",
        "outline": "Beans\r\n\r\n  Water \r\n",
        "target_words": "1,200",
    }
    ideas.edit_idea(site, task.idea_id, given, None)
    with reading() as db:
        changed = db.get_one(Task, task.id)
        assert (changed.title, changed.idea.title) == ("A better title", "A better title")
        assert changed.idea.outline == ["Beans", "Water"]
        assert changed.idea.target_words == 1200
    with transaction() as db:
        db.get_one(Task, task.id).status = TaskStatus.COMPLETED
    with pytest.raises(ideas.WrongState, match="is written"):
        ideas.edit_idea(site, task.idea_id, given, None)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(site: Site) -> None:
    idea = idea_with(site)
    mine = theirs = ideas.stamp_of(idea)
    ideas.edit_idea(site, idea.id, {"title": "Theirs"}, theirs)
    with pytest.raises(ideas.Outdated):
        ideas.edit_idea(site, idea.id, {"title": "Mine"}, mine)
    assert ideas.find_idea(site, idea.id).title == "Theirs"


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("title", " \n ", "Write something"),
        ("title", "x" * 401, "400 characters"),
        ("description", "", "Write something"),
        ("content_type", "poem", "Choose one of"),
        ("outline", "One heading", "2 to 30 headings"),
        ("outline", "\n".join(map(str, range(31))), "2 to 30 headings"),
        ("outline", f"Beans\n{'x' * 401}", "more than 400"),
        ("target_words", "199", "from 200 to 6,000"),
        ("target_words", "9" * 40, "from 200 to 6,000"),
        ("target_words", "-5", "from 200 to 6,000"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(
    site: Site, field: str, text: str, says: str
) -> None:
    idea = idea_with(site)
    with pytest.raises(Invalid, match=says) as raised:
        ideas.edit_idea(site, idea.id, {field: text}, None)
    assert raised.value.field == field
