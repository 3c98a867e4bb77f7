"""How numbers, money and times read on a page."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask

from ..models import Site
from ..pipeline.wording import seconds_in_words

UNKNOWN = "–"


def init_app(app: Flask) -> None:
    """Make ``money``, ``number``, ``duration`` and ``localtime`` known to the templates."""
    for name, function in (
        ("money", money),
        ("number", number),
        ("duration", duration),
        ("localtime", localtime),
    ):
        app.add_template_filter(function, name)


def money(dollars: Decimal | float | None) -> str:
    """US dollars: ``$1,234.50``; under a cent with four decimals, ``$0.0042``."""
    if dollars is None:
        return UNKNOWN
    amount = Decimal(str(dollars))
    if 0 < amount < Decimal("0.00005"):
        return "under $0.0001"
    return f"${amount:,.4f}" if 0 < amount < Decimal("0.01") else f"${amount:,.2f}"


def number(value: float | None) -> str:
    """With thousands separators: ``12,400``. Unknown is a dash, never 0."""
    return UNKNOWN if value is None else f"{value:,}"


def duration(seconds: float | None) -> str:
    """``2 min 41 s``."""
    return UNKNOWN if seconds is None else seconds_in_words(seconds)


def localtime(moment: datetime | None, site: Site) -> str:
    """In the site's time zone, which is named: ``23 Nov 2026, 16:01 CET``."""
    if moment is None:
        return UNKNOWN
    local = moment.astimezone(ZoneInfo(site.timezone))
    return f"{local.day} {local:%b %Y, %H:%M %Z}"
