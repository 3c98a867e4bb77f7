"""What a preview shows is what would be sent, and showing it asks nobody."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from igny8_web.extensions import session, transaction
from igny8_web.models import AiCall, Cluster, Keyword, Site
from igny8_web.pipeline.prompt_variables import TASKS, variables
from igny8_web.pipeline.prompts import built_in
from igny8_web.services import automation
from igny8_web.services.errors import Refused
from igny8_web.services.prompts.preview import example, is_read, items, preview
from igny8_web.services.prompts.tasks import find_task, tasks

from ..engine import Rings, refreshed
from ..factories import make_clusters, make_content, make_keywords, make_site, make_task

Sent = list[tuple[str, str]]


def shown(site: Site, task: str, item: int = 0, text: str | None = None) -> tuple[str, str]:
    """System and user message of the preview, of the first item where none is given."""
    found = find_task(task)
    item = item or items(site, found)[0].id
    text = text or built_in(task).template
    made = preview(site, found, text, item)
    assert [role for role, _ in made.messages] == ["system", "user"]
    assert made.characters == sum(len(message) for _, message in made.messages)
    assert made.characters / 5 < made.tokens < made.characters
    return made.messages[0][1], made.messages[1][1]


@pytest.mark.each_database
def test_what_was_previewed_is_what_is_sent(site: Site, rings: Rings, sent: Sent) -> None:
    with transaction() as db:
        make_keywords(db, site, 40)
    clustered = shown(site, "cluster-keywords")
    assert sent == []

    run = automation.run_now(site)
    rings.answer_all()

    assert refreshed(run).status == "completed"
    assert sent[0] == clustered
    images = [each for each in sent if each[0].startswith("Task: write-image-prompts\n")]
    latest = items(site, find_task("write-image-prompts"))
    assert {shown(site, "write-image-prompts", item.id) for item in latest} <= set(images)


def test_each_step_of_a_long_article_is_shown_as_it_was_asked(
    site: Site, rings: Rings, sent: Sent
) -> None:
    with transaction() as db:
        task = make_task(db, site)
        task.idea.target_words = 2000
    steps = [f"write-content-{step}" for step in ("plan", "section")]
    planned = shown(site, steps[0])
    with pytest.raises(Refused, match="its answer is not recorded yet"):
        shown(site, steps[1])
    with pytest.raises(Refused, match="another prompt is asked"):
        shown(site, "write-content")

    automation.run_stage(site, "write-content", [task.id])
    rings.answer_all()

    assert sent[0] == planned
    assert shown(site, steps[1]) in sent


def test_nothing_is_recorded_by_a_preview(site: Site) -> None:
    with transaction() as db:
        make_clusters(db, site, 2)
    shown(site, "develop-ideas")

    assert session().scalar(sa.select(AiCall.id)) is None


def test_the_text_in_the_editor_is_the_one_that_is_shown(site: Site) -> None:
    with transaction() as db:
        [cluster] = make_clusters(db, site, 1)
        db.get_one(Site, site.id).tone = "dry"

    system, user = shown(site, "develop-ideas", text="Be {{ tone }}: {{ cluster_count }}.")

    assert system.startswith("Task: develop-ideas\n\nBe dry: 1.\n\n")
    assert cluster.name in user
    with pytest.raises(Refused, match="Line 1: "):
        shown(site, "develop-ideas", text="{{ 1 - tone }}")


def test_keywords_are_shown_together_as_they_are_asked_about(site: Site) -> None:
    with transaction() as db:
        ids = [keyword.id for keyword in make_keywords(db, site, 5)]

    _, user = shown(site, "cluster-keywords", ids[1])

    assert [f'"id": {keyword}' in user for keyword in ids] == [False, True, True, True, True]


def test_items_that_wait_come_first_and_then_what_was_worked_last(
    site: Site, rings: Rings, sent: Sent
) -> None:
    with transaction() as db:
        done = [cluster.id for cluster in make_clusters(db, site, 2)]
    automation.run_stage(site, "develop-ideas", done)
    rings.answer_all()
    with transaction() as db:
        [waits] = [cluster.id for cluster in make_clusters(db, site, 1)]

    found = items(site, find_task("develop-ideas"))

    assert [(item.id, item.waits) for item in found] == [
        (waits, True),
        (done[1], False),
        (done[0], False),
    ]
    assert all(item.title for item in found)


@pytest.mark.usefixtures("rings")
def test_no_item_of_another_site_is_shown(site: Site) -> None:
    with transaction() as db:
        other = make_site(db, "other")
        [theirs] = make_clusters(db, other, 1)
        make_clusters(db, site, 1)
    assert theirs.id not in {item.id for item in items(site, find_task("develop-ideas"))}
    for item in (theirs.id, 4711):
        with pytest.raises(Refused, match="Choose an item"):
            shown(site, "develop-ideas", item)


def test_an_item_whose_rows_are_gone_is_no_error(site: Site, rings: Rings, sent: Sent) -> None:
    with transaction() as db:
        ids = [keyword.id for keyword in make_keywords(db, site, 2)]
    automation.run_stage(site, "cluster-keywords", ids)
    rings.answer_all()
    with transaction() as db:
        db.execute(sa.delete(Keyword))
        db.execute(sa.delete(Cluster))

    with pytest.raises(Refused, match="is gone"):
        shown(site, "cluster-keywords", ids[0])
    assert example(site, find_task("cluster-keywords")).item is None


@pytest.mark.parametrize("task", TASKS)
def test_without_items_the_variables_of_the_site_are_known(site: Site, task: str) -> None:
    found = example(site, find_task(task))

    assert found.item is None
    assert found.values["site_name"] == "Brew Notes"
    assert set(found.values) < set(variables(task))


def test_with_items_every_variable_has_a_value(site: Site) -> None:
    with transaction() as db:
        make_keywords(db, site, 3)
        make_clusters(db, site, 1)
        make_task(db, site).idea.target_words = 3000
        make_task(db, site).idea.target_words = 300
        make_content(db, site)
    for task in tasks():
        found = example(site, task)
        if task.slug in ("write-content-section", "write-content-faq"):
            assert found.item is None, "these come after the answer to another"
        else:
            assert found.values.keys() == variables(task.slug).keys()
    asked = {
        name: example(site, find_task(f"write-content{name}")).values for name in ("", "-plan")
    }
    assert [asked[name]["target_words"] for name in ("", "-plan")] == [300, 3000]


def test_it_is_known_whether_anybody_reads_the_prompts(site: Site) -> None:
    assert not is_read(site)


def test_a_chat_model_reads_them(site: Site, sent: Sent) -> None:
    assert is_read(site)
