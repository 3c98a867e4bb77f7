"""The automation page, the card's poll, and the buttons."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from igny8_web.extensions import transaction
from igny8_web.models import Run, RunStatus, Site
from igny8_web.services import automation

from ..engine import Rings, refreshed
from ..factories import make_keywords, make_site
from ..fakes import FakeProvider
from ..visitor import Visitor

PAGE = "/sites/brew-notes/automation/"


@pytest.fixture
def keywords(site: Site) -> None:
    """Six new keywords."""
    with transaction() as db:
        make_keywords(db, site, 6)


@pytest.fixture
def run(site: Site, keywords: None, rings: Rings, provider: FakeProvider) -> Run:
    """A live run whose first job is not answered yet."""
    return automation.run_now(site)


def _poll_url(html: str) -> str:
    found = re.search(r'hx-get="([^"]*/card\?[^"]*)"', html)
    assert found, html
    return found[1].replace("&amp;", "&")


def test_an_empty_site_is_asked_for_its_keywords_first(owner_client: Visitor, site: Site) -> None:
    page = owner_client.get(PAGE).text
    assert "Import keywords" in page
    assert "run-card__name" not in page


def test_waiting_keywords_are_counted_on_the_first_stage_card(
    owner_client: Visitor, keywords: None
) -> None:
    page = owner_client.get(PAGE).text
    card = page[page.index('id="stage-cluster-keywords"') :]
    assert re.search(r"<dt>waiting</dt>\s*<dd>\s*6\s*</dd>", card)


def test_run_now_starts_a_run_and_shows_its_card(
    owner_client: Visitor, site: Site, keywords: None, rings: Rings
) -> None:
    answer = owner_client.submit(f"{PAGE}run", follow_redirects=True)
    assert "Keywords → Clusters" in answer.text
    assert "0/6" in answer.text
    assert [bell.function for bell in rings.all] == ["igny8_web.jobs.work_lane"]


def test_a_second_run_now_says_so_and_links_to_the_live_one(
    owner_client: Visitor, run: Run
) -> None:
    page = owner_client.submit(f"{PAGE}run", follow_redirects=True).text
    assert "has a live run already" in page
    assert f'href="{PAGE}runs/{run.run_id}"' in page


def test_an_unchanged_card_is_204_with_nothing_in_it(owner_client: Visitor, run: Run) -> None:
    poll = _poll_url(owner_client.get(PAGE).text)
    answer = owner_client.get(poll, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert "HX-Trigger" not in answer.headers


def test_a_changed_card_carries_its_new_revision(
    owner_client: Visitor, run: Run, rings: Rings
) -> None:
    poll = _poll_url(owner_client.get(PAGE).text)
    rings.answer()
    answer = owner_client.get(poll, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert f"rev={refreshed(run).rev}&" in _poll_url(answer.text)


def test_a_stage_that_ended_refreshes_the_metrics_and_is_announced(
    owner_client: Visitor, run: Run, rings: Rings
) -> None:
    poll = _poll_url(owner_client.get(PAGE).text)
    rings.answer()
    answer = owner_client.get(poll, headers={"HX-Request": "true"})
    assert answer.headers["HX-Trigger"] == "stage-complete"
    assert "Stage 2 of 7: Clusters → Ideas." in answer.text


def test_the_card_of_an_ended_run_asks_for_no_more(
    owner_client: Visitor, run: Run, rings: Rings
) -> None:
    poll = _poll_url(owner_client.get(PAGE).text)
    rings.answer_all()
    answer = owner_client.get(poll, headers={"HX-Request": "true"})
    assert answer.headers["HX-Trigger"] == "stage-complete"
    assert "hx-trigger" not in answer.text
    assert "Run completed in" in answer.text


def test_the_metrics_show_what_each_stage_made(
    owner_client: Visitor, run: Run, rings: Rings
) -> None:
    rings.answer_all()
    metrics = owner_client.get(f"{PAGE}metrics").text
    assert re.search(r"\d+ clusters? from 6 keywords", metrics)
    assert run.run_id in metrics


@pytest.mark.parametrize(
    ("verbs", "status"),
    [
        (["pause"], RunStatus.PAUSED),
        (["pause", "resume"], RunStatus.QUEUED),
        (["cancel"], RunStatus.CANCELLED),
    ],
)
def test_the_buttons_work_without_javascript(
    owner_client: Visitor, run: Run, verbs: list[str], status: RunStatus
) -> None:
    for verb in verbs:
        answer = owner_client.submit(f"{PAGE}runs/{run.run_id}/{verb}")
        assert answer.status_code == 302
    assert refreshed(run).status is status


def test_a_button_that_comes_too_late_says_why(owner_client: Visitor, run: Run) -> None:
    automation.cancel(run)
    page = owner_client.submit(f"{PAGE}runs/{run.run_id}/pause", follow_redirects=True).text
    assert "A run that is cancelled cannot be paused." in page


def test_an_ended_run_has_a_page_with_its_failures(
    owner_client: Visitor, run: Run, rings: Rings, provider: FakeProvider
) -> None:
    rings.answer_all()
    page = owner_client.get(f"{PAGE}runs/{run.run_id}").text
    assert run.run_id in page
    assert "articles wait for your review" in page or "article waits for your review" in page


def test_a_live_run_is_shown_by_its_card(owner_client: Visitor, run: Run) -> None:
    answer = owner_client.get(f"{PAGE}runs/{run.run_id}")
    assert answer.location == f"{PAGE}?run={run.run_id}"


@pytest.mark.parametrize("place", ["", "/card"])
def test_a_run_is_not_found_under_another_site(
    app: Flask, owner_client: Visitor, run: Run, place: str
) -> None:
    with transaction() as db:
        make_site(db, "tea-notes")
    wrong = f"/sites/tea-notes/automation/runs/{run.run_id}{place}"
    assert owner_client.get(wrong).status_code == 404
