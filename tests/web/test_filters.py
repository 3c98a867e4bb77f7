from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask, render_template_string

from igny8_web.models import Site
from igny8_web.web.filters import duration, localtime, money, number


@pytest.mark.parametrize(
    ("dollars", "read"),
    [
        (Decimal("1.23"), "$1.23"),
        (Decimal("1234.5"), "$1,234.50"),
        (Decimal("0"), "$0.00"),
        (Decimal("0.000000"), "$0.00"),
        (Decimal("0.01"), "$0.01"),
        (Decimal("0.0042"), "$0.0042"),
        (Decimal("0.000012"), "under $0.0001"),
        (0.07, "$0.07"),
        (None, "–"),
    ],
)
def test_money_shows_cents_and_less_where_there_is_less(
    dollars: Decimal | float | None, read: str
) -> None:
    assert money(dollars) == read


def test_an_unknown_number_is_not_zero() -> None:
    assert number(12400) == "12,400"
    assert number(0) == "0"
    assert number(None) == "–"


def test_a_duration_is_in_words() -> None:
    assert duration(161) == "2 min 41 s"
    assert duration(None) == "–"


def test_a_time_is_told_in_the_sites_zone_and_names_it() -> None:
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert localtime(moment, Site(timezone="Europe/Berlin")) == "24 Nov 2026, 00:30 CET"
    assert localtime(moment, Site(timezone="America/New_York")) == "23 Nov 2026, 18:30 EST"
    assert localtime(None, Site(timezone="UTC")) == "–"


def test_templates_know_the_filters(app: Flask) -> None:
    text = "{{ 0.5 | money }} {{ 1000 | number }} {{ 90 | duration }}"
    assert render_template_string(text) == "$0.50 1,000 1 min 30 s"
