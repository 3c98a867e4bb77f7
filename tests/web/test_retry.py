"""What failed, on the page, and the buttons that try it again."""

from __future__ import annotations

import re
from html import unescape

import pytest

from igny8_web.extensions import session, transaction
from igny8_web.models import Run, Site
from igny8_web.providers.base import ProviderError
from igny8_web.services import automation
from igny8_web.services.dashboard import find_runs
from igny8_web.services.retries import retry_failed

from ..engine import Rings, refreshed
from ..factories import make_clusters, make_task
from ..fakes import FakeProvider, nonsense
from ..visitor import Visitor
from .conftest import CountQueries
from .pages import link, main_of

PAGE = "/sites/brew-notes/automation/"
IDEAS, DRAFTS = "develop-ideas", "write-content"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def live(site: Site, rings: Rings, provider: FakeProvider) -> Run:
    """A live automation run in which three clusters and one task are going to fail."""
    with transaction() as db:
        make_clusters(db, site, 2)
        make_task(db, site)
    provider.always(IDEAS, nonsense())
    provider.always(DRAFTS, ProviderError("<b>No</b> & never."))
    return automation.run_now(site)


@pytest.fixture
def run(live: Run, rings: Rings) -> Run:
    """The same when it is over."""
    rings.answer_all()
    return live


def buttons(html: str) -> dict[str, str | None]:
    """Every retry button of the page: its label, and the stage it is for."""
    forms = re.findall(r'<form[^>]*action="[^"]*/retry".*?</form>', main_of(html), re.DOTALL)
    found = {}
    for form in forms:
        stage = re.search(r'name="stage"\s+value="([^"]+)"', form)
        label = " ".join(re.sub(r"<[^>]+>", " ", form).split())
        found[label] = stage and stage[1]
    return found


def newest(site: Site) -> Run:
    session().rollback()
    return find_runs(site)[0]


def test_the_page_of_a_run_says_how_many_of_what_failed_and_why(
    owner_client: Visitor, run: Run
) -> None:
    page = main_of(owner_client.get(f"{PAGE}runs/{run.run_id}").text)
    assert "3 clusters" in page
    assert "The request was refused." in page
    assert "1 task" in page
    assert "&lt;b&gt;No&lt;/b&gt; &amp; never." in page


def test_each_button_says_how_many_of_what_it_tries_again(owner_client: Visitor, run: Run) -> None:
    page = owner_client.get(f"{PAGE}runs/{run.run_id}").text
    assert buttons(page) == {
        "Retry 4 failed items": None,
        "Retry 3 failed clusters": IDEAS,
        "Retry 1 failed task": DRAFTS,
    }


def test_the_last_run_s_failures_and_buttons_stand_on_the_automation_page(
    owner_client: Visitor, run: Run
) -> None:
    page = owner_client.get(PAGE).text
    assert {"Retry 4 failed items", "Retry 3 failed clusters"} <= buttons(page).keys()
    told = unescape(re.sub(r"<[^>]+>|\s+", " ", main_of(page)))
    assert re.search(r"3 clusters: +The request was refused\.", told)


def test_the_final_card_says_what_failed_and_offers_a_retry(
    owner_client: Visitor, live: Run, rings: Rings
) -> None:
    rings.answer_all()
    card = owner_client.get(f"{PAGE}runs/{live.run_id}/card?rev=1&stage=2", headers=HTMX).text
    assert "<strong>3 clusters:</strong>" in card
    assert buttons(f"<main>{card}</main>") == {"Retry 4 failed items": None}


def test_a_retry_shows_its_card_with_a_link_to_the_run_that_it_tries_again(
    owner_client: Visitor, site: Site, run: Run
) -> None:
    answer = owner_client.submit(f"{PAGE}runs/{run.run_id}/retry", data={"stage": IDEAS})
    retry = newest(site)
    assert (retry.retry_of_id, [s.slug for s in retry.stages]) == (run.id, [IDEAS])
    assert answer.location == f"{PAGE}runs/{retry.run_id}"
    page = owner_client.get(answer.location, follow_redirects=True).text
    assert "Stage 2 of 7" in page
    assert link(page, "Tries again what failed") == f"{PAGE}runs/{run.run_id}"


def test_after_a_retry_the_runs_lead_to_each_other_and_nothing_is_offered_twice(
    owner_client: Visitor, site: Site, run: Run, rings: Rings, provider: FakeProvider
) -> None:
    for task in (IDEAS, DRAFTS):
        provider.always(task, lambda data: data)
    owner_client.submit(f"{PAGE}runs/{run.run_id}/retry")
    rings.answer_all()
    retry = newest(site)

    old = owner_client.get(f"{PAGE}runs/{run.run_id}").text
    assert buttons(old) == {}
    assert link(old, retry.run_id) == f"{PAGE}runs/{retry.run_id}"
    new = owner_client.get(f"{PAGE}runs/{retry.run_id}").text
    assert link(new, run.run_id) == f"{PAGE}runs/{run.run_id}"
    assert "Retry completed in" in new
    page = owner_client.get(PAGE).text
    assert link(page, f"retry of {run.run_id}") == f"{PAGE}runs/{run.run_id}"
    assert page.count("<dt>retried</dt>") == 2
    assert buttons(page) == {}


def test_a_second_click_is_told_and_led_to_the_live_retry(owner_client: Visitor, run: Run) -> None:
    retry = retry_failed(run)
    answer = owner_client.submit(f"{PAGE}runs/{run.run_id}/retry", follow_redirects=True)
    assert "is being tried again already" in answer.text
    assert link(answer.text, "Show it") == f"{PAGE}runs/{retry.run_id}"


def test_a_live_run_is_not_retried_and_it_is_said_why(owner_client: Visitor, live: Run) -> None:
    page = owner_client.submit(f"{PAGE}runs/{live.run_id}/retry", follow_redirects=True).text
    assert "Wait until it is over, or cancel it" in page


def test_a_button_that_htmx_presses_too_late_is_answered_with_the_reason(
    owner_client: Visitor, live: Run, rings: Rings
) -> None:
    owner_client.get(PAGE)
    rings.answer_all()
    answer = owner_client.submit(f"{PAGE}runs/{live.run_id}/pause", headers=HTMX)
    assert 'id="flashes" hx-swap-oob' in answer.text
    assert "A run that is failed cannot be paused." in answer.text


def test_the_poll_of_a_live_card_asks_nothing_about_failures(
    owner_client: Visitor, live: Run, rings: Rings, count_queries: CountQueries
) -> None:
    before = _queries_of_a_poll(owner_client, live, count_queries)
    while not any(stage.failed for stage in refreshed(live).stages):
        rings.answer()
    assert refreshed(live).is_live
    after = _queries_of_a_poll(owner_client, live, count_queries)
    assert len(after) == len(before)
    assert not [query for query in after if "GROUP BY" in query]


def _queries_of_a_poll(client: Visitor, run: Run, count_queries: CountQueries) -> list[str]:
    with count_queries() as seen:
        client.get(f"{PAGE}runs/{run.run_id}/card?rev=0&stage=2", headers=HTMX)
    return list(seen)
