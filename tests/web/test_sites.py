from __future__ import annotations

import sqlalchemy as sa
from flask import url_for

from igny8_web.extensions import session
from igny8_web.models import Site
from igny8_web.services.sites import create_site

from ..visitor import Visitor


def automation_of(client: Visitor, slug: str) -> str:
    with client.application.test_request_context():
        return url_for("automation.index", site_slug=slug)


def test_without_a_site_the_start_page_leads_to_making_one(owner_client: Visitor) -> None:
    assert owner_client.get("/").location == "/sites/new"


def test_the_start_page_is_the_first_sites_automation(owner_client: Visitor) -> None:
    create_site("Tea")
    create_site("Coffee")
    assert owner_client.get("/").location == automation_of(owner_client, "tea")


def test_the_form_makes_a_site_and_leads_to_it(owner_client: Visitor) -> None:
    form = owner_client.get("/sites/new").text
    assert '<option value="Europe/Berlin"' in form
    answer = owner_client.submit(
        "/sites/new",
        data={
            "name": "Brew Notes",
            "domain": "https://brew.example/",
            "language": "de",
            "timezone": "Europe/Berlin",
        },
    )
    assert answer.location == automation_of(owner_client, "brew-notes")
    site = session().scalars(sa.select(Site)).one()
    assert (site.domain, site.language) == ("brew.example", "de")


def test_a_refused_form_keeps_what_was_typed_and_says_why(owner_client: Visitor) -> None:
    answer = owner_client.submit(
        "/sites/new",
        data={"name": "<b>Tea</b>", "domain": "no host", "language": "de", "timezone": "UTC"},
    )
    assert answer.status_code == 422
    assert "Give the host name alone" in answer.text
    assert 'value="&lt;b&gt;Tea&lt;/b&gt;"' in answer.text
    assert session().scalar(sa.select(sa.func.count(Site.id))) == 0


def test_the_picker_leads_to_the_chosen_site(owner_client: Visitor) -> None:
    create_site("Tea")
    create_site("Coffee")
    answer = owner_client.get("/sites/go?site=coffee")
    assert answer.location == automation_of(owner_client, "coffee")
    assert owner_client.get("/sites/go?site=cocoa").status_code == 404
    assert owner_client.get("/sites/go").status_code == 404


def test_every_page_offers_all_sites(owner_client: Visitor) -> None:
    create_site("Tea")
    create_site("Coffee")
    page = owner_client.get("/sites/new").text
    for slug in ("tea", "coffee"):
        assert automation_of(owner_client, slug) in page
