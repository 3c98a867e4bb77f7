"""The pages of the price table."""

from __future__ import annotations

from igny8_web.services import prices
from igny8_web.services.prices import Entry

from ..visitor import Visitor
from .pages import main_of

MINI = {"model": "gpt-5-mini", "per_million_in": "0.25", "per_million_out": "2"}


def test_a_price_is_added_changed_and_removed(owner_client: Visitor) -> None:
    assert "No prices yet" in owner_client.get("/settings/prices/").text

    assert owner_client.submit("/settings/prices/", data=MINI).location == "/settings/prices/"
    [row] = [price.id for price in prices.all_prices()]
    table = main_of(owner_client.get("/settings/prices/").text)
    assert "$0.25</td>" in table
    assert "$2</td>" in table

    form = owner_client.get(f"/settings/prices/{row}").text
    assert 'value="0.25"' in form
    owner_client.submit(f"/settings/prices/{row}", data={**MINI, "per_million_in": "0.2"})
    assert "$0.2</td>" in owner_client.get("/settings/prices/").text

    owner_client.submit(f"/settings/prices/{row}/remove")
    assert "No prices yet" in owner_client.get("/settings/prices/").text
    assert owner_client.get(f"/settings/prices/{row}").status_code == 404
    assert owner_client.submit(f"/settings/prices/{row}", data=MINI).status_code == 404


def test_bad_input_is_named_at_its_field_and_kept(owner_client: Visitor) -> None:
    row = prices.add(Entry("painter", per_image="1")).id
    for path in ("/settings/prices/", f"/settings/prices/{row}"):
        answer = owner_client.submit(path, data={**MINI, "per_million_out": "2,5"})
        assert answer.status_code == 422
        assert '<p id="error-per_million_out" class="field__error">Write US dollars' in answer.text
        assert 'value="2,5"' in answer.text
        assert 'value="gpt-5-mini"' in answer.text


def test_a_second_row_of_a_model_is_refused(owner_client: Visitor) -> None:
    owner_client.submit("/settings/prices/", data=MINI)

    answer = owner_client.submit("/settings/prices/", data=MINI)

    assert answer.status_code == 422
    assert "There is a price of gpt-5-mini already" in answer.text


def test_names_of_models_are_text(owner_client: Visitor) -> None:
    prices.add(Entry("<b>&amp;", per_image="1"))

    page = owner_client.get("/settings/prices/?model=%3Ci%3E").text

    assert "&lt;b&gt;&amp;amp;" in page
    assert 'value="&lt;i&gt;"' in page
