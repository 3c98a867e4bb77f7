"""The demo site of the first start: work for *Run now* before anything was imported."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ..extensions import session
from ..models import Site
from .keywords import import_keywords
from .sites import create_site

EXPORT = Path(__file__).parent.parent / "demo" / "ahrefs_keywords_explorer.csv"


def make_demo_site() -> Site | None:
    """*Brew Notes* with 150 coffee keywords; None where there is a site already."""
    if session().scalar(sa.select(sa.func.count()).select_from(Site)):
        return None
    site = create_site("Brew Notes", "brewnotes.example", "en", "UTC")
    import_keywords(site, EXPORT.name, EXPORT.read_bytes())
    return site
