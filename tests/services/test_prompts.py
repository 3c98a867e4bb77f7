"""Versions of a site's prompts: saved, compared, brought back, and never lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from igny8_web.extensions import session, transaction
from igny8_web.models import PromptVersion, Site, User
from igny8_web.pipeline.prompt_variables import TASKS
from igny8_web.pipeline.prompt_versions import wordings_of
from igny8_web.pipeline.prompts import built_in
from igny8_web.services import accounts, prompts
from igny8_web.services.errors import Invalid, NotFound, Refused
from igny8_web.services.prompts import Overtaken
from igny8_web.services.prompts.tasks import Task, find_task, tasks
from igny8_web.services.prompts.versions import (
    compared,
    current,
    find_version,
    history,
    in_force,
)

from ..factories import make_cluster, make_site
from ..visitor import PASSWORD

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("app")]

Save = Callable[..., Any]


@pytest.fixture
def task() -> Task:
    return find_task("develop-ideas")


@pytest.fixture
def save(site: Site, owner: User, task: Task) -> Save:
    """Save a text on top of the version that is in use."""

    def by_owner(text: str, based_on: int | None = None) -> Any:
        number = current(site, task).number if based_on is None else based_on
        return prompts.save(site, task, text, based_on=number, author=owner)

    return by_owner


def test_every_task_belongs_to_a_stage_and_has_a_title() -> None:
    found = tasks()

    assert [task.slug for task in found] == list(TASKS)
    assert all(task.slug.startswith(task.stage.slug) for task in found)
    assert len({task.title for task in found}) == len(found)
    with pytest.raises(NotFound):
        find_task("draw-images")


def test_before_anybody_saves_the_built_in_text_is_in_use(site: Site, task: Task) -> None:
    version = current(site, task)

    assert (version.number, version.built_in) == (0, True)
    assert version.name == built_in(task.slug).version
    assert history(site, task) == []
    assert wordings_of(site.id) == {}
    assert set(in_force(site)) == set(TASKS)


def test_what_is_saved_is_in_use_with_its_author_and_the_earlier_ones_are_kept(
    site: Site, owner: User, task: Task, save: Save
) -> None:
    first, second = save("One."), save("Two for {{ audience }}.")

    assert (first.name, second.name) == ("develop-ideas@1", "develop-ideas@2")
    assert second.author == owner.email
    assert second.created_at is not None
    assert current(site, task) == second == in_force(site)[task.slug]
    assert history(site, task) == [second, first]
    assert find_version(site, task, 1).text == "One."
    wording = wordings_of(site.id)
    assert (wording[task.slug].template, wording[task.slug].version) == (
        "Two for {{ audience }}.",
        "develop-ideas@2",
    )


def test_each_site_and_each_task_has_versions_of_its_own(
    site: Site, owner: User, task: Task, save: Save
) -> None:
    with transaction() as db:
        other = make_site(db, "other")
    save("Ours.")
    prompts.save(other, task, "Theirs.", based_on=0, author=owner)
    prompts.save(site, find_task("write-content"), "An article.", based_on=0, author=owner)

    assert {name: each.template for name, each in wordings_of(site.id).items()} == {
        "develop-ideas": "Ours.",
        "write-content": "An article.",
    }
    assert wordings_of(other.id)["develop-ideas"].template == "Theirs."
    with pytest.raises(NotFound):
        find_version(other, task, 2)


def test_who_saves_onto_an_older_version_is_told_and_overwrites_nothing(
    site: Site, owner: User, task: Task, save: Save
) -> None:
    save("First.")
    with pytest.raises(Overtaken) as told:
        save("Mine.", based_on=0)

    assert told.value.latest.text == "First."
    assert told.value.message == f"{owner.email} saved version 1 while you were writing."
    assert len(history(site, task)) == 1
    save("Mine, all the same.", based_on=1)
    assert current(site, task).number == 2


def test_two_who_save_at_once_get_one_version_and_one_answer(
    site: Site,
    owner: User,
    task: Task,
    side_by_side: Callable[..., list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids, all_here = (site.id, owner.id), threading.Barrier(4)

    def current_for_long(*of: Any) -> Any:
        found = current(*of)
        with suppress(threading.BrokenBarrierError):
            all_here.wait(0.3)  # as long as nobody keeps the others out
        return found

    monkeypatch.setattr(prompts, "current", current_for_long)

    def writes() -> Any:
        of, author = session().get_one(Site, ids[0]), session().get_one(User, ids[1])
        return prompts.save(of, task, threading.current_thread().name, based_on=0, author=author)

    answers = side_by_side(*(writes for _ in range(4)))

    assert sum(isinstance(answer, Overtaken) for answer in answers) == 3, answers
    session().rollback()
    assert [version.number for version in history(site, task)] == [1]


def test_restoring_makes_a_new_version_with_the_old_text(
    site: Site, owner: User, task: Task, save: Save
) -> None:
    save("One.")
    save("Two.")

    restored = prompts.restore(site, task, 1, owner)

    assert (restored.number, restored.text) == (3, "One.")
    with pytest.raises(Refused, match="Nothing is different"):
        prompts.restore(site, task, 1, owner)
    with pytest.raises(NotFound):
        prompts.restore(site, task, 9, owner)


def test_a_reset_goes_back_to_what_comes_with_igny8_and_keeps_the_versions(
    site: Site, owner: User, task: Task, save: Save
) -> None:
    with pytest.raises(Refused, match="Nothing is different"):
        prompts.restore(site, task, 0, owner)
    save("One.")

    reset = prompts.restore(site, task, 0, owner)

    assert (reset.number, reset.built_in) == (2, True)
    assert reset.name == built_in(task.slug).version
    assert wordings_of(site.id) == {}
    assert [version.text for version in history(site, task)][1:] == ["One."]
    assert session().get_one(PromptVersion, 2).text is None, "later templates count, too"
    prompts.restore(site, task, 1, owner)
    assert current(site, task).name == "develop-ideas@3"


def test_the_same_text_is_no_new_version(save: Save) -> None:
    save("One.")
    with pytest.raises(Refused, match="Nothing is different"):
        save("  One.\r\n")


def test_text_is_kept_tidy(save: Save) -> None:
    assert save("\r\n One.\r\nTwo.\rThree:\t\x00\x1b3. \n").text == "One.\nTwo.\nThree:\t  3."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "The prompt is empty."),
        ("{% if tone %}", "Line 1: Unexpected end of template"),
        ("Hm.\n{{ keyword }}", "Line 2: there is no variable “keyword” here. There are: audience,"),
        ("{% for a in b %}{% endfor %}", "Line 1: “for” cannot stand in a prompt"),
        ("x" * 20_001, "The prompt has 20,001 characters"),
    ],
)
def test_what_cannot_be_asked_with_is_not_saved(
    site: Site, task: Task, save: Save, text: str, why: str
) -> None:
    with pytest.raises(Invalid) as told:
        save(text)

    assert told.value.field == "text"
    assert told.value.message.startswith(why)
    assert history(site, task) == []


def test_a_text_is_tried_on_the_item_that_comes_next(site: Site, save: Save) -> None:
    with transaction() as db:
        make_cluster(db, site)
    with pytest.raises(Invalid, match="Line 2: unsupported operand"):
        save("Number\n{{ cluster_count - site_name }}")
    assert save("Number {{ cluster_count - 1 }}").number == 1


def test_a_version_outlives_the_account_of_its_author(site: Site, owner: User, task: Task) -> None:
    author = accounts.create_user("writer@example.com", PASSWORD)
    prompts.save(site, task, "One.", based_on=0, author=author)
    with transaction() as db:
        db.delete(db.get_one(User, author.id))

    assert history(site, task)[0].author is None


def test_a_comparison_shows_what_was_added_and_what_was_taken_away() -> None:
    old = "\n".join(f"Line {n}" for n in range(9))
    new = old.replace("Line 4", "-- Four").replace("Line 8", "Line 8\n")

    assert compared(old, old) == []
    assert compared(old, new) == [
        ("@", "@@ -3,5 +3,5 @@"),
        (" ", "Line 2"),
        (" ", "Line 3"),
        ("-", "Line 4"),
        ("+", "-- Four"),
        (" ", "Line 5"),
        (" ", "Line 6"),
    ]
