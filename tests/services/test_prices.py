"""The price table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from igny8_web.models import ProviderKind
from igny8_web.services import prices
from igny8_web.services.amounts import dollars, plain
from igny8_web.services.errors import Invalid, NotFound
from igny8_web.services.prices import Entry

pytestmark = pytest.mark.usefixtures("app")

MINI = Entry("gpt-5-mini", per_million_in="0.25", per_million_out="2")
PAINTER = Entry("gpt-image-1", per_image="0.042")


def rows() -> list[tuple[str, str, Decimal | None, Decimal | None, Decimal | None]]:
    return [
        (p.model, p.size, p.per_million_in, p.per_million_out, p.per_image)
        for p in prices.all_prices()
    ]


@pytest.mark.each_database
def test_prices_are_kept_to_the_sixth_decimal_and_listed_by_model_and_size() -> None:
    prices.add(PAINTER)
    prices.add(Entry("gpt-image-1", "1536 X 1024", per_image=".063000"))
    prices.add(MINI)
    prices.add(Entry("tiny", per_million_in="0.000001", per_million_out="$0"))

    assert rows() == [
        ("gpt-5-mini", "", Decimal("0.25"), Decimal(2), None),
        ("gpt-image-1", "", None, None, Decimal("0.042")),
        ("gpt-image-1", "1536x1024", None, None, Decimal("0.063")),
        ("tiny", "", Decimal("0.000001"), Decimal(0), None),
    ]


@pytest.mark.each_database
def test_there_is_one_price_for_a_model_and_size() -> None:
    prices.add(MINI)
    other = prices.add(PAINTER)

    with pytest.raises(Invalid, match="a price of gpt-5-mini already") as refused:
        prices.add(MINI)
    with pytest.raises(Invalid, match="a price of gpt-5-mini already"):
        prices.change(other.id, MINI)

    assert refused.value.field == "model"
    assert len(rows()) == 2


@pytest.mark.each_database
def test_a_price_is_changed_put_and_removed() -> None:
    price_id = prices.add(MINI).id
    prices.change(price_id, Entry("gpt-5-mini", per_million_in="0.2", per_million_out="1.6"))
    assert rows() == [("gpt-5-mini", "", Decimal("0.2"), Decimal("1.6"), None)]

    prices.put(Entry("gpt-5-mini", per_image="1"))
    prices.put(PAINTER)
    assert [row[0] for row in rows()] == ["gpt-5-mini", "gpt-image-1"]
    assert rows()[0][2:] == (None, None, Decimal(1))

    prices.remove(price_id)
    prices.remove(price_id)
    assert [row[0] for row in rows()] == ["gpt-image-1"]
    for verb in (prices.find_price, lambda gone: prices.change(gone, MINI)):
        with pytest.raises(NotFound):
            verb(price_id)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (Entry("", per_image="1"), "model"),
        (Entry("m" * 121, per_image="1"), "model"),
        (Entry("a\x00b", per_image="1"), "model"),
        (Entry("m"), "per_million_in"),
        (Entry("m", per_million_in="1"), "per_million_out"),
        (Entry("m", per_million_out="1"), "per_million_in"),
        (Entry("m", "big", per_image="1"), "size"),
        (Entry("m", "0x10", per_image="1"), "size"),
        (Entry("m", "1024x1024", per_million_in="1", per_million_out="1"), "per_image"),
    ],
)
def test_a_row_that_says_too_little_is_refused_by_field(entry: Entry, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        prices.add(entry)
    assert refused.value.field == field
    assert rows() == []


@pytest.mark.parametrize(
    "text",
    ["-1", "0,15", "1.000.000", "1e3", "NaN", "Infinity", "٣", "free", "0.0000001", "1000001", "."],
)
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        dollars(text, "per_image")
    assert refused.value.field == "per_image"


@pytest.mark.parametrize(
    ("text", "amount", "again"),
    [("", None, ""), (" $0.150 ", "0.15", "0.15"), ("2.", "2", "2"), (".5", "0.5", "0.5")],
)
def test_an_amount_is_read_and_written_plainly(text: str, amount: str | None, again: str) -> None:
    found = dollars(text, "per_image")

    assert found == (None if amount is None else Decimal(amount))
    assert plain(found) == again
    assert dollars(plain(found), "per_image") == found


def test_the_price_of_a_size_goes_before_that_of_any_size() -> None:
    prices.add(PAINTER)
    prices.add(Entry("gpt-image-1", "1536x1024", per_image="0.063"))

    assert prices.image_price("gpt-image-1", "1536x1024") == Decimal("0.063")
    assert prices.image_price("gpt-image-1", "1024x1024") == Decimal("0.042")
    assert prices.image_price("dall-e-3", "1024x1024") is None
    assert prices.is_priced(ProviderKind.IMAGE, "gpt-image-1")
    assert not prices.is_priced(ProviderKind.TEXT, "gpt-image-1")
    assert not prices.is_priced(ProviderKind.IMAGE, "dall-e-3")
