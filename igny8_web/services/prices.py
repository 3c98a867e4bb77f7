"""The price table: what models cost, as people enter it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..extensions import session, transaction
from ..models import Price, ProviderKind
from ..providers.reach import is_local
from .amounts import dollars
from .errors import Invalid, NotFound

LONGEST_MODEL = 120
_SIZE = re.compile(r"([1-9]\d{1,4})\s*[x×*]\s*([1-9]\d{1,4})", re.ASCII | re.IGNORECASE)
Columns = dict[str, str | Decimal | None]
_FIELDS = ("model", "size", "per_million_in", "per_million_out", "per_image")


@dataclass(frozen=True)
class Entry:
    """The fields of a row as they were typed."""

    model: str
    size: str = ""
    per_million_in: str = ""
    per_million_out: str = ""
    per_image: str = ""


def all_prices() -> Sequence[Price]:
    """Every row, by model and size."""
    return session().scalars(sa.select(Price).order_by(Price.model, Price.size, Price.id)).all()


def find_price(price_id: int) -> Price:
    """One row. Raises NotFound."""
    return _there(session().get(Price, price_id))


def is_priced(kind: ProviderKind, model: str) -> bool:
    """Whether the table says what the model's answers or pictures cost, in some size at least."""
    per_answer = sa.and_(Price.size == "", Price.per_million_in.is_not(None))
    wanted = per_answer if kind is ProviderKind.TEXT else Price.per_image.is_not(None)
    row = sa.select(Price.id).where(Price.model == model, wanted).limit(1)
    return session().scalar(row) is not None


def is_missing(kind: ProviderKind, model: str, base_url: str) -> bool:
    """Whether work with the model would pause for want of a price: what is local has no bill."""
    return bool(model) and not is_local(base_url) and not is_priced(kind, model)


def image_price(model: str, size: str) -> Decimal | None:
    """What a picture of this size costs: the size's own price, else that of any size."""
    rows = session().execute(
        sa.select(Price.size, Price.per_image).where(
            Price.model == model, Price.size.in_(("", size)), Price.per_image.is_not(None)
        )
    )
    known = {row.size: row.per_image for row in rows}
    return known.get(size, known.get(""))


def add(entry: Entry) -> Price:
    """A new row. Raises Invalid, which names the field."""
    values = _checked(entry)
    price = Price(**values)
    try:
        with transaction() as db:
            db.add(price)
    except IntegrityError:
        raise _taken(values) from None
    return price


def change(price_id: int, entry: Entry) -> Price:
    """Change a row. Raises Invalid, which names the field, and NotFound."""
    values = _checked(entry)
    try:
        with transaction() as db:
            price = _there(db.get(Price, price_id))
            for name, value in values.items():
                setattr(price, name, value)
    except IntegrityError:
        raise _taken(values) from None
    return price


def put(entry: Entry) -> Price:
    """Set the price of a model and size, new or not. Raises Invalid."""
    values = _checked(entry)
    same = sa.select(Price.id).where(Price.model == values["model"], Price.size == values["size"])
    known = session().scalar(same)
    return change(known, entry) if known else add(entry)


def remove(price_id: int) -> None:
    """Remove a row; harmless when it is gone."""
    with transaction() as db:
        db.execute(sa.delete(Price).where(Price.id == price_id))


def _checked(entry: Entry) -> Columns:
    """The columns. Raises Invalid."""
    model = " ".join(entry.model.split())
    if not model:
        raise Invalid("Name the model as the provider calls it.", "model")
    if len(model) > LONGEST_MODEL or not model.isprintable():
        raise Invalid(f"A model's name has {LONGEST_MODEL} characters at most.", "model")
    size = _size(entry.size)
    per_in = dollars(entry.per_million_in, "per_million_in")
    per_out = dollars(entry.per_million_out, "per_million_out")
    per_image = dollars(entry.per_image, "per_image")
    if per_in is None and per_out is not None:
        raise Invalid("What is read costs something, too; write 0 if not.", "per_million_in")
    if per_out is None and per_in is not None:
        raise Invalid("What is written costs something, too; write 0 if not.", "per_million_out")
    if per_in is None and per_image is None:
        raise Invalid("Give the prices of tokens, or the price of an image.", "per_million_in")
    if size and per_image is None:
        raise Invalid("A size goes with the price of an image.", "per_image")
    return dict(zip(_FIELDS, (model, size, per_in, per_out, per_image), strict=True))


def _size(text: str) -> str:
    if not text.strip():
        return ""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise Invalid("A size is width x height in pixels, like 1536x1024.", "size")
    return f"{found[1]}x{found[2]}"


def _taken(values: Columns) -> Invalid:
    what = " in ".join(filter(None, (str(values["model"]), str(values["size"]))))
    return Invalid(f"There is a price of {what} already: change that one.", "model")


def _there(price: Price | None) -> Price:
    if price is None:
        raise NotFound("There is no such price; somebody may have removed it.")
    return price
