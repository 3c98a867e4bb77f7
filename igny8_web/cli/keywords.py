"""The command that imports keywords."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from ..importers import UnreadableFile
from ..importers.limits import MAX_BYTES
from ..pipeline.wording import count_of
from ..services import keywords
from .finding import site_called
from .speaking import refusals_in_words


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--site", "slug", required=True, help="The site's slug.")
@with_appcontext
def import_keywords(file: Path, slug: str) -> None:
    """Import a keyword file into a site, all its new keywords or none."""
    with refusals_in_words():
        site = site_called(slug)
    try:
        done = keywords.import_keywords(site, file.name, _bytes_of(file))
    except UnreadableFile as unreadable:
        raise click.ClickException(str(unreadable)) from None
    click.echo(f"{done.file.format}, {done.file.encoding}")
    for warning in done.file.warnings:
        click.echo(warning)
    for row in done.rejected:
        click.echo(f"line {row.line} rejected: {row.reason} ({row.phrase})")
    click.echo(
        f"Imported {count_of(len(done.new), ('keyword', 'keywords'))} into {site.name}; "
        f"{count_of(len(done.duplicates), ('duplicate', 'duplicates'))}, "
        f"{len(done.rejected):,} rejected."
    )


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)  # one byte too many is enough to be refused
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from None
