"""How numbers, money, times and structured data read on a page."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask, url_for

from ..media import thumbnail_of
from ..models import Site
from ..pipeline.json_ld import as_text, json_ld
from ..pipeline.wording import seconds_in_words
from ..services.counting import MOST_COUNTED, Tally
from ..services.reading import Article

UNKNOWN = "–"


def init_app(app: Flask) -> None:
    """Make the functions below, and ``thumbnail`` of a picture's file, known to the templates."""
    for name, function in (
        ("money", money),
        ("number", number),
        ("known", known),
        ("duration", duration),
        ("localtime", localtime),
        ("structured_data", structured_data),
        ("thumbnail", thumbnail_of),
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
    """``12,400``; a tally that stopped is ``10,000+``. Unknown is a dash, never 0."""
    if isinstance(value, Tally) and value.stopped:
        return f"{MOST_COUNTED:,}+"
    return UNKNOWN if value is None else f"{value:,}"


def known(value: object) -> str:
    """For a cell's tag: ``data-empty`` where nothing is known, which small screens leave out."""
    return "data-empty" if value is None else ""


def duration(seconds: float | None) -> str:
    """``2 min 41 s``."""
    return UNKNOWN if seconds is None else seconds_in_words(seconds)


def localtime(moment: datetime | None, site: Site) -> str:
    """In the site's time zone, which is named: ``23 Nov 2026, 16:01 CET``."""
    if moment is None:
        return UNKNOWN
    local = moment.astimezone(ZoneInfo(site.timezone))
    return f"{local.day} {local:%b %Y, %H:%M %Z}"


def structured_data(article: Article, site: Site) -> str:
    """The JSON-LD of an article, its pictures where they are to be seen now."""
    files = [image.file for image in article.content.images if image.file]
    images = [url_for("media.show", file=file, _external=True) for file in files]
    return as_text(json_ld(article.content, site, images))
