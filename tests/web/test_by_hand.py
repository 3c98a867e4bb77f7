"""AI actions by hand: said what they take, started, and shown as any run; the log of an item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web.extensions import session, transaction
from igny8_web.models import Keyword, Price, Run, Scope, Site, Task
from igny8_web.services import automation

from ..engine import Rings, refreshed
from ..factories import make_clusters, make_keywords, make_site, make_task
from ..fakes import FakeProvider, nonsense
from ..visitor import Visitor
from .pages import main_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    return empty_valkey


@pytest.fixture
def base(site: Site) -> str:
    return f"/sites/{site.slug}"


@pytest.fixture
def paid(app: Flask) -> None:
    """Texts that somebody sends a bill for."""
    house = app.extensions["igny8"]
    keys = {"text_base_url": "https://api.example.com/v1", "text_model": "m"}
    app.extensions["igny8"] = replace(house, config=replace(house.config, **keys))
    with transaction() as db:
        db.add(Price(model="m", per_million_in=Decimal(200), per_million_out=Decimal(1000)))


def runs() -> list[Run]:
    return list(session().scalars(sa.select(Run).order_by(Run.id)))


def flashes(client: Visitor, url: str) -> str:
    return client.get(url, follow_redirects=True).text.partition('id="flashes"')[2]


@pytest.mark.parametrize(
    ("slug", "make"),
    [
        ("cluster-keywords", make_keywords),
        ("develop-ideas", make_clusters),
        ("write-content", lambda db, site, number: [make_task(db, site) for _ in range(number)]),
    ],
)
def test_what_costs_nothing_starts_at_once_and_is_shown_by_the_card(
    owner_client: Visitor, site: Site, base: str, slug: str, make: Callable[..., list[Task]]
) -> None:
    with transaction() as db:
        ids = [row.id for row in make(db, site, 3)]

    answer = owner_client.submit(f"{base}/by-hand/{slug}", data={"id": ids[:2]})

    [run] = runs()
    assert (run.scope, [stage.slug for stage in run.stages]) == (Scope.SELECTION, [slug])
    assert run.stages[0].total == 2
    assert answer.location == f"{base}/automation/runs/{run.run_id}"
    card = owner_client.get(answer.location, follow_redirects=True).text
    assert "0/2" in card


@pytest.mark.usefixtures("paid")
def test_what_costs_is_told_before_it_is_asked(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        ids = [keyword.id for keyword in make_keywords(db, site, 2)]
    url = f"{base}/by-hand/cluster-keywords?status=new"

    page = main_of(owner_client.submit(url, data={"id": ids}).text)

    assert runs() == []
    assert "$0." in page
    assert f'href="{base}/keywords/?status=new"' in page
    assert page.count('name="id"') == 2
    wrong = owner_client.submit(url, data={"id": ids, "sure": "1", "cap": "lots"})
    assert wrong.status_code == 422
    assert runs() == []
    sure = owner_client.submit(url, data={"id": ids, "sure": "1", "cap": "0.75"})
    [run] = runs()
    assert (run.cap, sure.status_code) == (Decimal("0.75"), 302)


def test_what_a_live_run_has_is_said_and_not_taken_twice(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        ids = [keyword.id for keyword in make_keywords(db, site, 2)]
    automation.run_now(site)

    answer = owner_client.submit(f"{base}/by-hand/cluster-keywords", data={"id": ids})

    assert len(runs()) == 1
    assert "2 keywords being worked on by another run" in flashes(owner_client, answer.location)


def test_rows_of_another_site_and_unknown_stages_start_nothing(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        (theirs,) = make_keywords(db, make_site(db, "other"), 1)

    owner_client.submit(f"{base}/by-hand/cluster-keywords", data={"id": theirs.id})
    assert owner_client.submit(f"{base}/by-hand/queue-tasks", data={"id": 1}).status_code == 404
    assert runs() == []


def test_an_items_log_says_what_went_wrong_and_tries_it_again(
    owner_client: Visitor, site: Site, base: str, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        (cluster,) = make_clusters(db, site, 1)
    provider.will("develop-ideas", nonsense())
    automation.run_now(site)
    rings.answer_all()
    log = f"{base}/log/develop-ideas/{cluster.id}"

    part = owner_client.get(log, headers=HTMX)

    assert "<html" not in part.text
    assert "HX-Request" in part.headers["Vary"]
    for words in ("The request was refused.", "Try this one again", "Attempts"):
        assert words in part.text
    assert "<html" in owner_client.get(log).text
    again = owner_client.submit(f"{log}/retry")
    rings.answer_all()
    retry = runs()[-1]
    assert retry.run_id in again.location
    assert refreshed(retry).stages[0].processed == 1
    assert "Try this one again" not in owner_client.get(log).text.partition("</section>")[0]


def test_prompt_and_answer_are_shown_as_text(
    owner_client: Visitor, site: Site, base: str, rings: Rings
) -> None:
    with transaction() as db:
        (keyword,) = make_keywords(db, site, 1)
        keyword.phrase = "<script>alert(1)</script> tea"
    automation.run_now(site)
    rings.answer_all()

    page = owner_client.get(f"{base}/log/cluster-keywords/{keyword.id}").text

    assert "What was answered" in page
    assert "<script>alert" not in page


def test_a_log_of_another_site_is_not_found(owner_client: Visitor, site: Site, base: str) -> None:
    with transaction() as db:
        (theirs,) = make_keywords(db, make_site(db, "other"), 1)
        (mine,) = make_keywords(db, site, 1)

    assert owner_client.get(f"{base}/log/cluster-keywords/{theirs.id}").status_code == 404
    assert owner_client.submit(f"{base}/log/cluster-keywords/{theirs.id}/retry").status_code == 404
    assert owner_client.get(f"{base}/log/no-such-stage/{mine.id}").status_code == 404
    assert owner_client.get(f"{base}/log/cluster-keywords/{mine.id}").status_code == 200
    assert session().get_one(Keyword, mine.id)
