"""Money on the pages and in the API: the estimate, the cap, and what was spent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from igny8_web.extensions import transaction
from igny8_web.models import Price, Run, Site
from igny8_web.services import automation, runs, spending

from ..api.conftest import Api, api, problem
from ..engine import Rings, refreshed
from ..factories import make_clusters, make_keywords
from ..fakes import FakeProvider
from ..pipeline.test_money import priced, start
from ..visitor import Visitor
from .pages import link

__all__ = ["api", "priced"]

PAGE = "/sites/brew-notes/automation/"
Environment = Callable[..., None]


@pytest.fixture
def environment(app: Flask) -> Environment:
    """Change the configuration of the test's process."""

    def change(**keys: object) -> None:
        house = app.extensions["igny8"]
        app.extensions["igny8"] = replace(house, config=replace(house.config, **keys))

    return change


@pytest.fixture
def paid(site: Site, environment: Environment) -> None:
    """Six keywords, and texts that somebody sends a bill for."""
    environment(text_base_url="https://api.example.com/v1", text_model="m")
    with transaction() as db:
        db.add(Price(model="m", per_million_in=Decimal(200), per_million_out=Decimal(1000)))
        make_keywords(db, site, 6)


@pytest.fixture
def paused(site: Site, priced: FakeProvider, rings: Rings) -> Run:
    """A run that reached its cap after two of six clusters."""
    run = start(site, 6, cap="0.035")
    rings.answer_all()
    return refreshed(run)


def live(site: Site) -> Run:
    run = runs.live_run_of(site)
    assert run is not None
    return run


def test_where_nothing_costs_anything_run_now_is_one_click(
    owner_client: Visitor, site: Site
) -> None:
    page = owner_client.get(PAGE).text
    assert "run-dialog" not in page
    assert "this month" not in page
    assert "built-in writer and painter are free" not in page


def test_where_a_run_may_cost_something_a_dialog_is_ready_but_not_reckoned(
    owner_client: Visitor, paid: None
) -> None:
    page = owner_client.get(PAGE).text
    assert re.search(r'data-opens="run-dialog"\s+hx-get="/sites/brew-notes/automation/estim', page)
    assert re.search(r'id="run-cap"[^>]*value="5"', page)
    assert "$0.00 of $50.00 this month" in page


def test_the_estimate_has_a_row_for_each_stage_that_costs_something(
    owner_client: Visitor, paid: None
) -> None:
    part = owner_client.get(f"{PAGE}estimate").text
    assert part.count("<tr>") == 1 + 5 + 1
    assert "Keywords → Clusters" in part
    assert "built in" in part
    assert re.search(r'<strong><span class="nowrap">\$[\d.]+–\$[\d.]+</span>', part)
    assert "A first guess" in part
    assert "$0.00 of $50.00 are spent this month." in part
    assert "<html" not in part


def test_a_missing_price_is_said_and_can_be_entered(
    owner_client: Visitor, paid: None, environment: Environment
) -> None:
    environment(text_model="new model")
    part = owner_client.get(f"{PAGE}estimate").text
    assert "not known" in part
    assert 'href="/settings/prices/?model=new+model"' in part


def test_nothing_to_do_costs_nothing(
    owner_client: Visitor, site: Site, environment: Environment
) -> None:
    environment(text_base_url="https://api.example.com/v1", text_model="m")
    assert "the run would cost nothing" in owner_client.get(f"{PAGE}estimate").text


def test_the_estimate_of_a_site_that_is_not_there_is_404(owner_client: Visitor, site: Site) -> None:
    assert owner_client.get("/sites/another/automation/estimate").status_code == 404


def test_the_estimate_takes_few_queries_whatever_waits(
    owner_client: Visitor, site: Site, paid: None, count_queries: Callable[[], Any]
) -> None:
    with count_queries() as few:
        owner_client.get(f"{PAGE}estimate")
    with transaction() as db:
        make_keywords(db, site, 200)
        make_clusters(db, site, 20)
    with count_queries() as many:
        owner_client.get(f"{PAGE}estimate")
    assert len(many) == len(few) <= 9


def test_the_cap_of_the_dialog_is_that_of_the_run(
    owner_client: Visitor, site: Site, paid: None, rings: Rings
) -> None:
    owner_client.submit(f"{PAGE}run", data={"cap": "$7.50"})
    assert live(site).cap == Decimal("7.5")


def test_without_scripts_a_run_keeps_to_the_cap_of_its_site(
    owner_client: Visitor, site: Site, paid: None, rings: Rings
) -> None:
    owner_client.submit(f"{PAGE}run")
    assert live(site).cap == 5


@pytest.mark.parametrize("typed", ["much", "-1", "1,5", "1e3", "0.0000001"])
def test_a_cap_that_is_no_amount_starts_nothing(
    owner_client: Visitor, site: Site, paid: None, typed: str
) -> None:
    page = owner_client.submit(f"{PAGE}run", data={"cap": typed}, follow_redirects=True).text
    assert re.search("Write US dollars as a number|decimals at most", page)
    assert runs.live_run_of(site) is None


def test_a_run_at_its_cap_asks_whether_to_go_on(owner_client: Visitor, paused: Run) -> None:
    page = owner_client.get(PAGE).text
    assert "The cap of $0.04 for this run is reached" in page
    wanted = re.search(r'id="raise-cap"[^>]*value="([\d.]+)"', page)
    assert wanted
    assert Decimal(wanted[1]) == spending.to_raise(paused).wanted
    assert "Stop here" in page
    assert "Cancel run" not in page
    assert not re.search(r">\s*Resume\s*<", page)
    assert link(page, "Spending limits of the site") == "/sites/brew-notes/settings/"


def test_raising_the_cap_lets_the_run_go_on(
    owner_client: Visitor, paused: Run, rings: Rings
) -> None:
    raise_url = f"{PAGE}runs/{paused.run_id}/raise-cap"
    refused = owner_client.submit(raise_url, data={"cap": "0.01"}, follow_redirects=True).text
    assert "Give more than $0.04" in refused
    refused = owner_client.submit(raise_url, data={"cap": ""}, follow_redirects=True).text
    assert "Write how many US dollars" in refused

    card = owner_client.submit(raise_url, data={"cap": "1"}, headers={"HX-Request": "true"})
    assert "<html" not in card.text
    assert "$0.02 of $1.00 so far" in card.text
    assert "raise-cap" not in card.text
    rings.answer_all()
    assert refreshed(paused).status == "completed"


def test_stop_here_ends_the_run(owner_client: Visitor, paused: Run) -> None:
    owner_client.submit(f"{PAGE}runs/{paused.run_id}/cancel")
    assert refreshed(paused).status == "cancelled"


def test_the_cap_of_the_month_can_be_raised_or_waited_for(
    owner_client: Visitor, site: Site, priced: FakeProvider, rings: Rings
) -> None:
    with transaction():
        site.month_cap = Decimal("0.025")
    run = start(site, 3)
    rings.answer_all()
    page = owner_client.get(PAGE).text
    assert "Raise the cap of this month to $" in page
    assert re.search(r">\s*Resume\s*<", page), "it may have been raised in the settings"
    assert refreshed(run).paused_for == "month_cap"


@pytest.mark.parametrize(
    ("code", "stage", "label", "url"),
    [
        ("no_price", 2, "Enter the price", "/settings/prices/?model=m"),
        ("bad_key", 2, "Settings of the text provider", "/settings/texts"),
        ("no_quota", 6, "Settings of the image provider", "/settings/images"),
        ("unknown_model", 4, "Settings of the text provider", "/settings/texts"),
        ("sealed_key", 4, "Settings of the text provider", "/settings/texts"),
    ],
)
def test_what_stops_a_run_is_said_with_a_link_to_where_it_is_mended(
    owner_client: Visitor,
    site: Site,
    paid: None,
    rings: Rings,
    code: str,
    stage: int,
    label: str,
    url: str,
) -> None:
    run = automation.run_now(site)
    with transaction():
        run.current_stage = stage
        run.pause("The provider says no.", code)
    page = owner_client.get(PAGE).text
    assert "Paused. The provider says no." in page
    assert link(page, label) == url
    assert "raise-cap" not in page


def test_a_run_that_somebody_paused_has_nothing_to_mend(
    owner_client: Visitor, site: Site, paid: None, rings: Rings
) -> None:
    automation.pause(automation.run_now(site))
    assert 'class="fix"' not in owner_client.get(PAGE).text


def test_the_page_of_a_run_tells_what_each_stage_took(
    owner_client: Visitor, site: Site, paused: Run, rings: Rings
) -> None:
    automation.cancel(paused)
    page = owner_client.get(f"{PAGE}runs/{paused.run_id}").text
    assert "What it took" in page
    row = re.search(r"Clusters → Ideas</th>(.*?)</tr>", page, re.DOTALL)
    assert row
    assert re.findall(r">([^<>\s][^<>]*)</td>", row[1]) == ["2", "12,000", "8,000", "$0.02"]


def test_an_article_says_what_it_cost(
    owner_client: Visitor, site: Site, priced: FakeProvider, rings: Rings
) -> None:
    with transaction() as db:
        make_keywords(db, site, 2)
    automation.run_now(site)
    rings.answer_all()
    page = owner_client.get("/sites/brew-notes/content/1").text
    assert re.search(r"<dt>Cost</dt>\s*<dd>\s*\$0\.02 in \d calls", page)


@pytest.mark.parametrize(
    ("amount", "typed"), [("0.041", "0.05"), ("1.21", "1.3"), ("10.2", "11"), ("25", "25")]
)
def test_suggestions_are_rounded_up_to_what_people_type(amount: str, typed: str) -> None:
    assert spending.rounded_up(Decimal(amount)) == Decimal(typed)


def test_the_api_tells_the_estimate(api: Api, site: Site, paid: None) -> None:
    answer = api.get("/automation/estimate/", site_id=site.id).json
    assert answer is not None
    told = answer["data"]
    assert 0 < told["cost_usd"]["low"] < told["cost_usd"]["high"]
    assert told["stages"][0]["slug"] == "cluster-keywords"
    assert told["stages"][0]["items"] == {"low": 6, "high": 6}
    assert (told["stages"][0]["model"], told["stages"][4]["model"]) == ("m", None)
    assert (told["run_cap_usd"], told["month_spent_usd"], told["month_cap_usd"]) == (5, 0, 50)
    assert (told["based_on_runs"], told["models_without_price"]) == (0, [])
    assert problem(api.get("/automation/estimate/", site_id=99))["code"] == "not_found"


def test_the_api_starts_a_run_with_a_cap(api: Api, site: Site, paid: None, rings: Rings) -> None:
    for amount in ("-1", "x", "0.0000001", "1000001", "NaN"):
        answer = api.post("/automation/run_now/", query_string={"site_id": site.id, "cap": amount})
        assert answer.status_code == 422, amount
        assert "cap" in problem(answer)["message"]
    answer = api.post("/automation/run_now/", query_string={"site_id": site.id, "cap": "7.5"})
    assert answer.status_code == 202
    assert live(site).cap == Decimal("7.5")


def test_the_api_raises_a_cap(api: Api, paused: Run, rings: Rings) -> None:
    def to(amount: str) -> Any:
        query = {"run_id": paused.run_id, "cap": amount}
        return api.post("/automation/raise_cap/", query_string=query)

    answer = to("0.02")
    assert (answer.status_code, problem(answer)["code"]) == (422, "invalid")
    assert to("1").json == {"data": {"run_id": paused.run_id, "status": "running"}}
    answer = to("2")
    assert (answer.status_code, problem(answer)["code"]) == (409, "wrong_state")
