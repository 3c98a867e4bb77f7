"""Articles by a model: from a plan, section by section, with links, questions and every keyword."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import AiCall, Content, ContentStatus, Run, Site, Task
from igny8_web.pipeline.checking import check_content
from igny8_web.pipeline.faq import questions_in
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.providers.base import ProviderError
from igny8_web.services import automation

from ..engine import (
    Rings,
    at_work,
    items_of,
    let_backoff_pass,
    let_leases_run_out,
    reading,
    refreshed,
)
from ..factories import make_content, make_site, make_task
from ..fakes import Data, FakeProvider, busy, no_money

WHOLE = "write-content"
PLAN, SECTION, FAQ = f"{WHOLE}-plan", f"{WHOLE}-section", f"{WHOLE}-faq"
PRICE = Decimal("0.25")


@pytest.fixture
def model(provider: FakeProvider) -> FakeProvider:
    """A chat model."""
    provider.in_parts, provider.price = True, PRICE
    return provider


@pytest.fixture
def task(site: Site, model: FakeProvider) -> Task:
    """The order for a long article of two sections, "Beans" and "Water", about one keyword."""
    with transaction() as db:
        task = make_task(db, site)
        task.idea.target_words = 2400
        return task


@pytest.fixture
def run(site: Site, task: Task, rings: Rings) -> Run:
    """The run that writes it, about to begin."""
    return automation.run_stage(site, WHOLE, [task.id])


def set_words(task: Task, words: int) -> None:
    with transaction() as db:
        db.get_one(Task, task.id).idea.target_words = words


def asked(model: FakeProvider) -> list[str]:
    return [task for task, _ in model.asked]


def briefs(model: FakeProvider, task: str) -> list[Any]:
    return [brief for name, brief in model.asked if name == task]


def calls() -> list[AiCall]:
    with reading() as db:
        return list(db.scalars(sa.select(AiCall).order_by(AiCall.id)))


def article() -> Content:
    with reading() as db:
        return db.scalars(sa.select(Content)).one()


def try_again(run: Run, rings: Rings) -> None:
    let_backoff_pass(run.stages[0])
    reconcile()
    rings.answer_all()


def writing(html: str) -> Any:
    return lambda data: {**data, "html": html}


def cut() -> ProviderError:
    return ProviderError("The answer was cut off.", code="truncated", retry=True, cost=PRICE)


def refused() -> ProviderError:
    return ProviderError("The model refused: no.", code="refused", cost=PRICE)


# ---- section by section ----------------------------------------------------------------


def test_a_long_article_is_planned_then_written_section_by_section(
    run: Run, rings: Rings, model: FakeProvider, task: Task
) -> None:
    rings.answer_all()

    assert refreshed(run).status == "completed"
    assert asked(model) == [PLAN, SECTION, SECTION, FAQ]
    assert [str(call.status) for call in calls()] == ["used"] * 4
    assert {call.stage for call in calls()} == {WHOLE}
    found = article()
    keyword = task.idea.keywords[0].phrase
    assert found.html == (
        f"<p>{task.title}: as it is.</p>\n"
        f"<h2>Beans</h2>\n<p>Beans as they are.</p><p>{keyword} is answered.</p>\n"
        "<h2>Water</h2>\n<p>Water as they are.</p>\n"
        "<h2>Questions and answers</h2>\n<h3>Does it keep?</h3>\n<p>It is so.</p>"
    )
    assert (found.title, found.slug) == (task.title, f"article-{task.id}")
    assert found.word_count > 10


def test_a_section_knows_the_plan_and_what_was_written_before_in_short(
    run: Run, rings: Rings, model: FakeProvider, task: Task
) -> None:
    rings.answer_all()

    first, second = briefs(model, SECTION)
    assert (first.number, second.number) == (1, 2)
    assert [part.heading for part in second.plan] == ["Beans", "Water"]
    assert [(part.heading, part.text) for part in second.before] == [
        ("", f"{task.title}: as it is."),
        ("Beans", "Beans are as they are."),
    ]
    assert [keyword.id for keyword in first.keywords] == [task.idea.keywords[0].id]
    assert second.keywords == ()
    assert first.target_words == second.target_words == 1110, "what intro and FAQ leave of 2400"
    [plan] = briefs(model, PLAN)
    assert plan.least_sections == 5


def test_a_short_article_is_written_at_once(
    run: Run, rings: Rings, model: FakeProvider, task: Task
) -> None:
    set_words(task, 1200)
    keyword = task.idea.keywords[0].phrase
    model.will(WHOLE, writing(f"<h2>Beans</h2><p>{keyword}</p><h2>Water</h2><p>Hot.</p>"))
    rings.answer_all()

    assert asked(model) == [WHOLE]


def test_who_cannot_write_in_parts_writes_all_at_once(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.in_parts = False
    model.will(WHOLE, writing('<h2>Beans</h2><p class="editor-note">Look it up.</p>'))
    rings.answer_all()

    assert asked(model) == [WHOLE]
    assert 'class="editor-note"' in article().html


@pytest.mark.each_database
def test_a_section_that_is_cut_off_fails_by_its_name_and_costs_no_other_twice(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(SECTION, lambda data: data, cut())
    rings.answer_all()
    [item] = items_of(run.stages[0])
    assert (item.status, item.error) == ("pending", "Section “Water”: The answer was cut off.")

    try_again(run, rings)

    assert refreshed(run).status == "completed"
    assert asked(model) == [PLAN, SECTION, SECTION, SECTION, FAQ]
    assert [brief.number for brief in briefs(model, SECTION)] == [1, 2, 2]
    assert refreshed(run).cost == 5 * PRICE


@pytest.mark.each_database
def test_after_a_crash_what_was_written_is_used_though_more_was_published_meanwhile(
    site: Site, run: Run, rings: Rings, model: FakeProvider
) -> None:
    class Died(BaseException):
        """What a killed process does: nothing more."""

    def dies(data: Data) -> Data:
        raise Died

    model.will(SECTION, lambda data: data, dies)
    lane = at_work(run.stages[0])
    with pytest.raises(Died):
        lane.work(lane.step([], None, lost=False))
    with transaction() as db:
        make_content(db, site, ContentStatus.PUBLISHED).title = "All about Cluster grinders"
    let_leases_run_out(run.stages[0])
    reconcile()

    rings.answer_all()

    assert refreshed(run).status == "completed"
    assert asked(model) == [PLAN, SECTION, SECTION, SECTION, FAQ]
    assert [brief.number for brief in briefs(model, SECTION)] == [1, 2, 2]
    assert [str(call.status) for call in calls()] == ["used", "used", "lost", "used", "used"]


def test_a_section_that_is_refused_ends_the_item_by_its_name(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(SECTION, refused())
    rings.answer_all()

    [item] = items_of(run.stages[0])
    assert (item.status, item.error) == ("failed", "Section “Beans”: The model refused: no.")
    with reading() as db:
        assert db.scalar(sa.select(Content.id)) is None


def test_a_plan_that_cannot_be_used_says_so(run: Run, rings: Rings, model: FakeProvider) -> None:
    def wrong(data: Data) -> Data:
        data["sections"][0]["keyword_ids"] = [4711]
        return data

    model.will(PLAN, wrong)
    rings.answer_all()

    [item] = items_of(run.stages[0])
    assert item.error == "The plan: The plan names keywords never asked: [4711]."


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda data: {**data, "number": 2},
            "The answer is section 2 of task {0}; section 1 of task {0} was asked.",
        ),
        (writing("<h2>Beans</h2>"), "The section has no text."),
        (writing("<script>x</script>"), "The section has no text."),
    ],
)
def test_a_section_that_cannot_be_used_says_so(
    run: Run, rings: Rings, model: FakeProvider, task: Task, change: Any, why: str
) -> None:
    model.will(SECTION, change)
    rings.answer_all()

    [item] = items_of(run.stages[0])
    assert item.error == f"Section “Beans”: {why.format(task.id)}"


def test_what_pauses_the_run_is_not_blamed_on_a_section(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(SECTION, no_money())
    rings.answer_all()

    assert refreshed(run).status == "paused"
    assert refreshed(run).why == "The account has no credit left."


def test_a_section_stands_under_its_own_heading_alone(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(SECTION, writing("<h1>x</h1><h2>Beans</h2><p>A</p><h2>More</h2><p>B</p>"))
    model.will(SECTION, writing("Plain words & <em>such</em>"))
    model.will(PLAN, lambda d: {**d, "sections": [
        {**d["sections"][0], "heading": "Beans & <b>co</b>"}, d["sections"][1],
    ]})  # fmt: skip
    rings.answer_all()

    html = article().html
    assert "<h2>Beans &amp; co</h2>" in html
    assert "<h3>More</h3><p>B</p>" in html
    assert "<p>Plain words &amp; <em>such</em></p>" in html
    assert html.count("<h2>") == 3


# ---- keywords and questions ------------------------------------------------------------


def forgetting(data: Data) -> Data:
    return {**data, "html": "<p>Something else.</p>"}


@pytest.mark.parametrize("words", [800, 2400])
def test_keywords_that_no_part_answers_are_answered_in_one_request_more(
    site: Site, run: Run, rings: Rings, model: FakeProvider, task: Task, words: int
) -> None:
    set_words(task, words)
    model.always(SECTION, forgetting)
    rings.answer_all()

    assert asked(model).count(FAQ) == 1
    [brief] = briefs(model, FAQ)
    keyword = task.idea.keywords[0].phrase
    assert [each.phrase for each in brief.keywords] == [keyword]
    found = article()
    assert f"<h3>What about {keyword}?</h3>" in found.html
    with reading() as db:
        report = check_content(db, db.get_one(Content, found.id), db.get_one(Task, task.id).idea)
    [point] = [point for point in report.points if point.slug == "keywords"]
    assert point.passed


def test_where_nothing_is_open_nothing_more_is_asked(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(PLAN, lambda data: {**data, "questions": []})
    rings.answer_all()

    assert asked(model) == [PLAN, SECTION, SECTION]


def test_an_entry_joins_the_faq_that_is_there_and_no_question_comes_twice(
    run: Run, rings: Rings, model: FakeProvider, task: Task
) -> None:
    set_words(task, 800)
    faq = "<h2>Asked often</h2><h3>Is it hot?</h3><p>Yes.</p>"
    model.will(WHOLE, writing(f"<h2>Beans</h2><p>Fresh.</p>{faq}<h2>Next</h2><p>Drink.</p>"))

    def more(data: Data) -> Data:
        entries = [{"question": q, "html": "<p>So.</p>"} for q in ("Is it  HOT?", "Is it new?")]
        return {**data, "entries": [*data["entries"], *entries]}

    model.will(FAQ, more)
    rings.answer_all()

    keyword = task.idea.keywords[0].phrase
    html = article().html
    assert [each.question for each in questions_in(html)] == [
        "Is it hot?",
        f"What about {keyword}?",
        "Is it new?",
    ]
    assert "Questions and answers" not in html
    assert html.endswith("<h2>Next</h2><p>Drink.</p>")


@pytest.mark.parametrize(
    "what",
    [cut(), refused(), lambda data: {**data, "task_id": 4711}, lambda data: {"heading": "Q"}],
)
def test_an_article_does_without_a_faq_that_the_model_cannot_write(
    run: Run, rings: Rings, model: FakeProvider, what: Any
) -> None:
    model.will(FAQ, what)
    rings.answer_all()

    assert refreshed(run).status == "completed"
    assert "Questions and answers" not in article().html
    assert refreshed(run).cost == 4 * PRICE


def test_a_faq_that_may_be_had_later_is_waited_for(
    run: Run, rings: Rings, model: FakeProvider
) -> None:
    model.will(FAQ, busy())
    rings.answer_all()
    [item] = items_of(run.stages[0])
    assert (item.status, item.error) == ("pending", "The FAQ: The provider is busy.")

    try_again(run, rings)

    assert asked(model) == [PLAN, SECTION, SECTION, FAQ, FAQ]
    assert "Questions and answers" in article().html


# ---- links -----------------------------------------------------------------------------


@pytest.fixture
def published(site: Site) -> None:
    """Published articles of this site, one that is not yet, and one of another site."""
    with transaction() as db:
        other = make_site(db, "tea-notes")
        for home, title, status in (
            (site, "Cluster beans", ContentStatus.PUBLISHED),
            (site, "About cluster water", ContentStatus.PUBLISHED),
            (site, "Bicycles", ContentStatus.PUBLISHED),
            (site, "Cluster cups", ContentStatus.APPROVED),
            (other, "Cluster leaves", ContentStatus.PUBLISHED),
        ):
            content = make_content(db, home, status)
            content.title, content.slug = title, title.lower().replace(" ", "-")


def own() -> Content:
    with reading() as db:
        return db.scalars(sa.select(Content).order_by(Content.id.desc())).first()


@pytest.mark.each_database
def test_the_sites_own_published_articles_are_offered_the_nearest_first(
    published: None, run: Run, rings: Rings, model: FakeProvider, task: Task
) -> None:
    set_words(task, 800)
    rings.answer_all()

    [brief] = briefs(model, WHOLE)
    offered = {link.title: link.path for link in brief.related}
    assert offered == {
        "Cluster beans": "/cluster-beans/",
        "About cluster water": "/about-cluster-water/",
    }


LINKS = (
    '<h2>Beans</h2><p><a href="/cluster-beans/" title="t" target="_blank">Beans</a>, '
    '<a href="/bicycles/">bicycles</a>, <a href="https://evil.example/">a <em>shop</em></a>, '
    '<a href="javascript:alert(1)">this</a> and <a href="/cluster-cups/">cups</a>.</p>'
)


def test_of_the_links_only_those_that_were_offered_stay(
    published: None, run: Run, rings: Rings, model: FakeProvider, task: Task
) -> None:
    set_words(task, 800)
    model.will(WHOLE, writing(LINKS))
    rings.answer_all()

    assert (
        '<p><a href="/cluster-beans/">Beans</a>, bicycles, a <em>shop</em>, this and cups.</p>'
        in own().html
    )


def test_an_article_that_one_section_links_to_is_not_offered_to_the_next(
    published: None, run: Run, rings: Rings, model: FakeProvider
) -> None:
    twice = '<p><a href="/cluster-beans/">Beans</a></p>'
    model.will(SECTION, writing(twice), writing(twice))
    rings.answer_all()

    first, second = briefs(model, SECTION)
    assert [link.title for link in second.related] == ["About cluster water"]
    assert len(first.related) == 2
    assert own().html.count('href="/cluster-beans/"') == 1
    assert briefs(model, PLAN)[0].related == ()
    with reading() as db:
        content = db.get_one(Content, own().id)
        report = check_content(db, content, content.task.idea)
    [point] = [point for point in report.points if point.slug == "internal-links"]
    assert point.passed
