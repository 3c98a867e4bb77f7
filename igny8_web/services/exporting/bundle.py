"""Chosen articles as a zip: a folder for each, a table of all, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from flask import current_app

from ...models import Site
from ..errors import Refused
from ..filtering import Chosen
from .archive import Archive, chunks
from .article import folder_of
from .contents_table import header, row
from .finding import chosen_ids, contents
from .names import Names
from .pages import markdown, page
from .table import Cell, csv_chunks

MOST_ARTICLES = 2_000
STYLE = "article.css"
MISSING = "missing.txt"


class TooMany(Refused):
    """More articles than go into one file."""

    code = "too_many"


def zip_of(site: Site, chosen: Chosen) -> Iterator[bytes]:
    """The file piece by piece; an article is read when it is its turn.

    Raises NoneChosen, NotFound, TooMany before the first piece.
    """
    ids = chosen_ids(chosen, site, MOST_ARTICLES)
    if len(ids) > MOST_ARTICLES:
        raise TooMany(
            f"A download holds {MOST_ARTICLES:,} articles at most. Filter, or choose some."
        )
    return _pieces(site, ids)


def csv_of(site: Site, chosen: Chosen) -> Iterator[bytes]:
    """The same articles as a table alone, however many. Raises NoneChosen, NotFound."""
    ids = chosen_ids(chosen, site)
    rows = (row(content, site) for content in contents(ids, with_text=False))
    return csv_chunks(header(site), rows)


def _pieces(site: Site, ids: Sequence[int]) -> Iterator[bytes]:
    archive, names, now = Archive(), Names(), datetime.now(UTC)
    rows: list[list[Cell]] = []
    missing: list[str] = []
    style, _, _ = current_app.jinja_env.loader.get_source(  # type: ignore[union-attr] # Flask's always has one
        current_app.jinja_env, f"exports/{STYLE}"
    )
    archive.put(STYLE, style, now)
    for content in contents(ids):
        folder = folder_of(content, names.take(content.slug, f"article-{content.id}"))
        archive.put(
            f"{folder.name}/index.html", page(folder, site, f"../{STYLE}"), content.updated_at
        )
        archive.put(f"{folder.name}/article.md", markdown(folder, site), content.updated_at)
        for picture in folder.pictures.values():
            archive.put(f"{folder.name}/{picture.path}", picture.data, content.updated_at)
        rows.append(row(content, site, folder.name))
        missing += folder.missing
        yield from chunks(archive)
    table = b"".join(csv_chunks(header(site, with_folder=True), rows))
    archive.put("contents.csv", table, now)
    if missing:
        archive.put(MISSING, "\n".join(["What could not go along:", "", *missing, ""]), now)
    yield archive.closed()
