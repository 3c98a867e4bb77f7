"""Commands about providers and prices, for an installation without a browser."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from ..models import Price, ProviderKind
from ..providers.base import ProviderError
from ..services import connection, prices, providers
from ..services.amounts import plain
from ..services.connection import Outcome, Step
from ..services.prices import Entry
from .finding import site_called
from .speaking import refusals_in_words

_MARKS = {
    Outcome.WORKS: ("ok", "green"),
    Outcome.FAILS: ("FAILS", "red"),
    Outcome.UNKNOWN: ("?", ""),
}


@click.command()
@click.option("--site", "slug", help="The site's slug; without it, what the installation uses.")
@with_appcontext
def test_connection(slug: str | None) -> None:
    """Try the providers of texts and images; exit status 1 when one fails.

    Asks the text model one short question, which costs a fraction of a cent. Makes no picture.
    """
    with refusals_in_words():
        site = site_called(slug) if slug else None
    failed = False
    for kind in ProviderKind:
        click.echo(f"{kind}s")
        try:
            steps = connection.try_connection(providers.settings_in_force(kind, site))
        except ProviderError as error:
            steps = [Step("Key", Outcome.FAILS, error.message)]
        for step in steps:
            _tell(step)
        failed = failed or any(step.outcome is Outcome.FAILS for step in steps)
    if failed:
        raise SystemExit(1)


@click.command()
@click.argument("model")
@click.option("--in", "per_million_in", default="", help="US dollars for a million tokens read.")
@click.option("--out", "per_million_out", default="", help="… for a million tokens written.")
@click.option("--image", "per_image", default="", help="… for one image.")
@click.option("--size", default="", help="The image's size, like 1536x1024; without it any size.")
@with_appcontext
def set_price(
    model: str, per_million_in: str, per_million_out: str, per_image: str, size: str
) -> None:
    """Enter what a model costs, new or changed."""
    with refusals_in_words():
        price = prices.put(Entry(model, size, per_million_in, per_million_out, per_image))
    click.echo(_line(price))


@click.command("prices")
@with_appcontext
def list_prices() -> None:
    """Print the price table."""
    rows = prices.all_prices()
    for price in rows:
        click.echo(_line(price))
    if not rows:
        click.echo("No prices yet: enter one with set-price.")


def _tell(step: Step) -> None:
    word, colour = _MARKS[step.outcome]
    mark = click.style(word, fg=colour) if colour else word
    time = f" ({step.ms:,} ms)" if step.ms is not None else ""
    click.echo(f"  {step.name:<10} {mark}  {step.says}{time}")


def _line(price: Price) -> str:
    amounts = (
        (price.per_million_in, "a million tokens in"),
        (price.per_million_out, "a million tokens out"),
        (price.per_image, f"an image {price.size}".rstrip()),
    )
    told = ", ".join(
        f"${plain(dollars)} {what}" for dollars, what in amounts if dollars is not None
    )
    return f"{price.model}: {told}"
