"""The price table: rows that people keep up to date."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..services import prices
from ..services.amounts import plain
from ..services.errors import Invalid
from ..services.prices import Entry

blueprint = Blueprint("prices", __name__, url_prefix="/settings/prices")

_FIELDS = tuple(Entry.__dataclass_fields__)


@blueprint.get("/")
def index() -> str:
    """The table, and a form for one more; ``?model=`` fills it in."""
    return _table(Entry(model=request.args.get("model", "")))


@blueprint.post("/")
def add() -> ResponseReturnValue:
    """Add a row."""
    entry = _entry()
    try:
        added = prices.add(entry)
    except Invalid as error:
        return _table(entry, error), 422
    flash(f"The price of {added.model} is noted.", "success")
    return redirect(url_for(".index"))


@blueprint.get("/<int:price_id>")
def show(price_id: int) -> str:
    """One row, to be changed."""
    price = prices.find_price(price_id)
    amounts = {name: plain(getattr(price, name)) for name in _FIELDS[2:]}
    return _row(price_id, Entry(price.model, price.size, **amounts))


@blueprint.post("/<int:price_id>")
def change(price_id: int) -> ResponseReturnValue:
    """Change a row."""
    entry = _entry()
    try:
        changed = prices.change(price_id, entry)
    except Invalid as error:
        return _row(price_id, entry, error), 422
    flash(f"The price of {changed.model} is changed. It counts from the next call on.", "success")
    return redirect(url_for(".index"))


@blueprint.post("/<int:price_id>/remove")
def remove(price_id: int) -> ResponseReturnValue:
    """Remove a row."""
    prices.remove(price_id)
    flash("The price was removed.", "success")
    return redirect(url_for(".index"))


def _entry() -> Entry:
    return Entry(**{name: request.form.get(name, "") for name in _FIELDS})


def _table(entry: Entry, error: Invalid | None = None) -> str:
    return render_template(
        "settings/prices.html",
        prices=prices.all_prices(),
        plain=plain,
        entry=entry,
        errors=_errors(error),
    )


def _row(price_id: int, entry: Entry, error: Invalid | None = None) -> str:
    return render_template(
        "settings/price.html", price_id=price_id, entry=entry, errors=_errors(error)
    )


def _errors(error: Invalid | None) -> dict[str, str]:
    return {error.field: error.message} if error else {}
