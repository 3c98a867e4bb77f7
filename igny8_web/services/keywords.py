"""Keywords come in: read a file, look at what it would do, then all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import insert_into
from ..extensions import session, transaction
from ..importers import KeywordRow, ParsedFile, RejectedRow, fold_phrase, read_keywords
from ..models import Keyword, KeywordStatus, Site
from .keyword_forms import COME_BACK

_FROM_FILE = ("phrase", "volume", "difficulty", "cpc", "intent", "country")


@dataclass(frozen=True)
class Duplicate:
    """A row that adds nothing: the site, or an earlier line of the file, has the keyword."""

    line: int
    phrase: str
    reason: str


@dataclass(frozen=True)
class Preview:
    """What importing a file into a site would do."""

    file: ParsedFile
    new: tuple[KeywordRow, ...]
    duplicates: tuple[Duplicate, ...]

    @property
    def rejected(self) -> tuple[RejectedRow, ...]:
        """Rows that cannot be imported, with line and reason."""
        return self.file.rejected


def preview(site: Site, filename: str, data: bytes) -> Preview:
    """Read the file and compare it with the site; nothing is stored. Raises UnreadableFile."""
    return _compare(session(), site, read_keywords(filename, data))


def import_keywords(site: Site, filename: str, data: bytes) -> Preview:
    """Store the file's new keywords, all or none; answers what was done. Raises UnreadableFile.

    One that was deleted comes back as a new one, with the figures of the file.
    """
    parsed = read_keywords(filename, data)
    with transaction() as db:
        found = _compare(db, site, parsed)
        if found.new:
            insert = insert_into(db, Keyword)
            again = {name: insert.excluded[name] for name in _FROM_FILE} | dict(COME_BACK)
            db.execute(
                insert.on_conflict_do_update(
                    index_elements=["site_id", "folded"],
                    set_=again,
                    where=Keyword.status == KeywordStatus.DELETED,
                ),
                [_columns(site, row) for row in found.new],
            )
    return found


def _compare(db: Session, site: Site, parsed: ParsedFile) -> Preview:
    there = set(_already_there(db, site, [fold_phrase(row.phrase) for row in parsed.rows]))
    new = tuple(row for row in parsed.rows if fold_phrase(row.phrase) not in there)
    duplicates = [
        Duplicate(row.line, row.phrase, f"{site.name} has this keyword already.")
        for row in parsed.rows
        if fold_phrase(row.phrase) in there
    ]
    duplicates += [
        Duplicate(row.line, row.phrase, f"Repeats line {row.first_line}.")
        for row in parsed.repeated
    ]
    return Preview(parsed, new, tuple(sorted(duplicates, key=lambda row: row.line)))


def _already_there(db: Session, site: Site, folded: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(folded), 1000):
        some = folded[start : start + 1000]
        yield from db.scalars(
            sa.select(Keyword.folded).where(
                Keyword.site_id == site.id,
                Keyword.folded.in_(some),
                Keyword.status != KeywordStatus.DELETED,
            )
        )


def _columns(site: Site, row: KeywordRow) -> dict[str, object]:
    return {
        "site_id": site.id,
        "phrase": row.phrase,
        "folded": fold_phrase(row.phrase),
        "volume": row.volume,
        "difficulty": row.difficulty,
        "cpc": row.cpc,
        "intent": row.intent,
        "country": row.country,
        "status": KeywordStatus.NEW,
    }
