"""What a site is and how it speaks, and what it may spend."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from ..current import config
from ..extensions import transaction
from ..models import Site
from ..pipeline.money import cap_this_month
from . import site_fields
from .amounts import dollars
from .errors import Invalid

LONGEST_LINE = 200
"""Characters of one thing that is never said."""


def _text(field: str, longest: int, text: str) -> str:
    """Line breaks stay, other control characters do not. It goes with every draft: not endless."""
    lines = re.split(r"\r\n|\r|\n", text)
    kept = "\n".join(site_fields.without_controls(line).rstrip() for line in lines).strip()
    if len(kept) > longest:
        raise Invalid(f"This has {len(kept):,} characters; {longest:,} is the most.", field)
    return kept


def _never_say(text: str) -> str:
    """One a line, each once, without empty lines."""
    lines = [line.strip() for line in _text("never_say", 4000, text).split("\n")]
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise Invalid(
                f"A line has {LONGEST_LINE} characters at most: {line[:40]}…", "never_say"
            )
    return "\n".join(dict.fromkeys(filter(None, lines)))


PROFILE: dict[str, Callable[[str], str]] = {
    "name": site_fields.name,
    "domain": site_fields.domain,
    "language": site_fields.language,
    "timezone": site_fields.timezone,
    "audience": partial(_text, "audience", 1000),
    "tone": partial(_text, "tone", 1000),
    "never_say": _never_say,
    "facts": partial(_text, "facts", 8000),
}
"""Fields of the profile, and how each is checked."""
CAPS = ("run_cap", "month_cap")


def describe(site: Site, given: Mapping[str, str]) -> None:
    """Change the profile; a field that is not given stays. Raises Invalid (the field's name)."""
    values = {name: check(given[name]) for name, check in PROFILE.items() if name in given}
    with transaction() as db:
        stored = db.get_one(Site, site.id)
        for name, value in values.items():
            setattr(stored, name, value)


def usual_caps() -> dict[str, Decimal]:
    """What counts for a site without caps of its own."""
    return {name: getattr(config(), name) for name in CAPS}


def cap(site: Site, given: Mapping[str, str]) -> None:
    """Change what a run and a month may cost; empty: as configured. Raises Invalid.

    Another cap for all months counts for the one under way too, even if that one was raised.
    """
    values = {name: dollars(given[name], name) for name in CAPS if name in given}
    with transaction() as db:
        stored = db.get_one(Site, site.id)
        if values.get("month_cap", stored.month_cap) != stored.month_cap:
            cap_this_month(db, stored, None)
        for name, value in values.items():
            setattr(stored, name, value)
