"""One keyword by hand: added or corrected, each field with a message of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..extensions import session, transaction
from ..importers import clean_phrase, fold_phrase
from ..importers.limits import MAX_PHRASE
from ..importers.numbers import BadCell, Reading, read_cpc, read_difficulty, read_volume
from ..importers.words import read_country, read_intent
from ..models import Keyword, KeywordStatus, Site
from .errors import Invalid, NotFound, Refused

_READERS: Mapping[str, Callable[[str], Reading[Any]]] = {
    "volume": read_volume,
    "difficulty": read_difficulty,
    "cpc": read_cpc,
    "intent": read_intent,
    "country": read_country,
}
FIELDS = ("phrase", *_READERS)


class Deleted(Refused):
    """Somebody deleted it meanwhile."""

    code = "wrong_state"


def find_keyword(site: Site, keyword_id: int) -> Keyword:
    """The keyword of the site, whatever its status. Raises NotFound."""
    found = session().scalar(
        sa.select(Keyword).where(Keyword.id == keyword_id, Keyword.site_id == site.id)
    )
    if found is None:
        raise NotFound("There is no such keyword on this site.")
    return found


def add_keyword(site: Site, given: Mapping[str, str]) -> Keyword:
    """A new keyword; a deleted one of the same phrase comes back with these figures.

    ``given`` holds texts by :data:`FIELDS`; what is left out is unknown. Raises Invalid.
    """
    values, taken = _read({"phrase": "", **given}), _taken(site)
    with transaction() as db:
        same = sa.and_(Keyword.site_id == site.id, Keyword.folded == values["folded"])
        keyword = db.scalar(sa.select(Keyword).where(same).with_for_update())
        if keyword is None:
            keyword = Keyword(site_id=site.id)
            db.add(keyword)
        elif keyword.status is not KeywordStatus.DELETED:
            raise taken
        _set(keyword, {**values, **COME_BACK})
        try:
            db.flush()
        except IntegrityError:
            raise taken from None
        return keyword


def edit_keyword(site: Site, keyword_id: int, given: Mapping[str, str]) -> Keyword:
    """Correct what ``given`` names. Raises NotFound, Invalid, Deleted."""
    values, taken = _read(given), _taken(site)
    with transaction() as db:
        keyword = db.scalar(
            sa.select(Keyword)
            .where(Keyword.id == keyword_id, Keyword.site_id == site.id)
            .with_for_update()
        )
        if keyword is None:
            raise NotFound("There is no such keyword on this site.")
        if keyword.status is KeywordStatus.DELETED:
            raise Deleted(f"“{keyword.phrase}” was deleted. Take it back first.")
        _set(keyword, values)
        try:
            db.flush()
        except IntegrityError:
            raise taken from None
        return keyword


COME_BACK: Mapping[str, Any] = {
    "status": KeywordStatus.NEW,
    "cluster_id": None,
    "deleted_from": None,
    "deletion": None,
    "deleted_at": None,
}
"""What a deleted keyword is like that is added or imported again."""


def _set(keyword: Keyword, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(keyword, name, value)


def _taken(site: Site) -> Invalid:
    return Invalid(f"{site.name} has this keyword already.", "phrase")


def _read(given: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "phrase" in given:
        values["phrase"] = phrase = _phrase(given["phrase"])
        values["folded"] = fold_phrase(phrase)
    for name, read in _READERS.items():
        if name not in given:
            continue
        try:
            reading = read(given[name])
        except BadCell as bad:
            raise Invalid(f"{name.capitalize()} {bad}.", name) from None
        if reading.note:
            raise Invalid(f"{reading.note[:1].upper()}{reading.note[1:]}.", name)
        values[name] = reading.value
    return values


def _phrase(typed: str) -> str:
    phrase, _ = clean_phrase(typed.replace("\0", ""))
    if not phrase:
        raise Invalid("Write the keyword.", "phrase")
    if len(phrase) > MAX_PHRASE or len(fold_phrase(phrase)) > MAX_PHRASE:
        raise Invalid(f"A keyword has {MAX_PHRASE} characters at most.", "phrase")
    return phrase
