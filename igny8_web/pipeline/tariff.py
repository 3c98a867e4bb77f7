"""The prices of models, as people entered them, read once for a stay in a lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal

import sqlalchemy as sa

from ..extensions import session
from ..models import Price
from ..providers.base import ImageProvider, ProviderError, Question, TextProvider, Usage
from ..providers.contracts import DrawImageBrief

MILLION = Decimal(1_000_000)
SMALLEST = Decimal("0.000001")
"""US dollars; what the database keeps."""


@dataclass(frozen=True)
class ModelPrice:
    """A row of the price table, in US dollars."""

    per_million_in: Decimal | None = None
    per_million_out: Decimal | None = None
    per_image: Decimal | None = None


@dataclass(frozen=True)
class Tariff:
    """Prices by model and size; an empty size is any."""

    prices: Mapping[tuple[str, str], ModelPrice] = field(default_factory=dict)

    def of_tokens(self, model: str, usage: Usage) -> Decimal:
        """What these tokens cost, rounded up to a millionth of a dollar; 0 without a price."""
        price = self.prices.get((model, ""))
        if price is None or price.per_million_in is None or price.per_million_out is None:
            return Decimal(0)
        cost = price.per_million_in * usage.get("input", 0)
        cost += price.per_million_out * usage.get("output", 0)
        return (cost / MILLION).quantize(SMALLEST, ROUND_UP)

    def most_for_text(self, provider: TextProvider, question: Question) -> Decimal:
        """The most that one answer may cost.

        Raises ProviderError where a paid provider has no price: no cap could hold.
        """
        price = self.prices.get((provider.model, ""))
        if price is None or price.per_million_in is None or price.per_million_out is None:
            return _unknown(provider)
        return self.of_tokens(provider.model, provider.most(question))

    def of_image(self, provider: ImageProvider, brief: DrawImageBrief) -> Decimal:
        """What the picture costs. Raises ProviderError as :meth:`most_for_text` does."""
        model, size = provider.model, provider.size(brief)
        price = self.prices.get((model, size)) or self.prices.get((model, ""))
        if price is None or price.per_image is None:
            return _unknown(provider)
        return price.per_image


def tariff_of(models: list[str]) -> Tariff:
    """The prices of these models: one query, none where there are no models.

    An empty name is any model.
    """
    if not models:
        return Tariff()
    row = Price
    found = session().execute(
        sa.select(
            row.model, row.size, row.per_million_in, row.per_million_out, row.per_image
        ).where(sa.true() if "" in models else row.model.in_(models))
    )
    return Tariff({(model, size): ModelPrice(*amounts) for model, size, *amounts in found})


def _unknown(provider: TextProvider | ImageProvider) -> Decimal:
    if not provider.paid:
        return Decimal(0)
    raise ProviderError(
        f"No price is known for the model “{provider.model}”, so that no cap could hold. "
        "Enter it under Settings → Prices, then resume.",
        code="no_price",
        fatal=True,
    )
