"""Who would do the work of a site, and what they charge: no key is opened for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ...current import config
from ...models import ProviderKind, Site
from ...pipeline.providers_of_site import OFFLINE, providers_of
from ...pipeline.tariff import MILLION, ModelPrice, Tariff, tariff_of
from ...providers.reach import is_local
from ...providers.settings import image_settings, text_settings
from .ranges import Range, exactly


@dataclass(frozen=True)
class Maker:
    """One provider. Without a model it is the built-in one."""

    model: str = ""
    sends_bills: bool = False
    """Not where it is on this machine or in the own network."""
    per_million_in: Decimal | None = None
    per_million_out: Decimal | None = None
    per_image: Range | None = None
    """Over the sizes that the price table has."""
    requests_per_minute: int | None = None

    @property
    def priced(self) -> bool:
        """Whether the price table has what it is paid by."""
        return self.per_image is not None or self.per_million_in is not None

    @property
    def lacks_price(self) -> bool:
        """Whether a run would pause for want of its price."""
        return self.sends_bills and not self.priced

    @property
    def free(self) -> bool:
        """Whether it costs nothing, as far as is known."""
        return not self.sends_bills and not self.priced

    def dollars(self, calls: Range, tokens_in: Range, tokens_out: Range) -> Range | None:
        """What that costs; None where the price is not known."""
        if self.lacks_price:
            return None
        if self.per_image is not None:
            return calls * self.per_image
        per_in, per_out = self.per_million_in or 0, self.per_million_out or 0
        return tokens_in * exactly(per_in / MILLION) + tokens_out * exactly(per_out / MILLION)


@dataclass(frozen=True)
class Makers:
    """Both providers of a site."""

    text: Maker
    images: Maker
    keywords_per_call: int = 200

    @property
    def free(self) -> bool:
        """Whether nothing that they do costs anything."""
        return self.text.free and self.images.free

    @property
    def unpriced(self) -> tuple[str, ...]:
        """The models whose price is missing."""
        both = (self.text, self.images)
        return tuple(dict.fromkeys(each.model for each in both if each.lacks_price))

    def of(self, slug: str) -> Maker:
        """Who works for an AI stage."""
        return self.images if slug == "draw-images" else self.text


def makers_of(site: Site) -> Makers:
    """Those in force for the site: one query, and one for the prices of their models."""
    stored = providers_of(site.id).stored
    text, image = stored.get(ProviderKind.TEXT), stored.get(ProviderKind.IMAGE)
    usual_text, usual_image = text_settings(config()), image_settings(config())
    text_place = text or usual_text
    image_place = image or usual_image
    text_there = text.preset != OFFLINE if text else bool(usual_text.base_url)
    image_there = image.preset != OFFLINE if image else bool(usual_image.provider)
    models = [
        place.model
        for place, there in ((text_place, text_there), (image_place, image_there))
        if there and place.model
    ]
    tariff = tariff_of(models)
    return Makers(
        _writer(tariff, text_place.model, text_place.base_url, text_place.requests_per_minute)
        if text_there
        else Maker(),
        _painter(tariff, image_place.model, image_place.base_url, image_place.requests_per_minute)
        if image_there
        else Maker(),
        usual_text.keywords_per_call,
    )


def _writer(tariff: Tariff, model: str, base_url: str, per_minute: int | None) -> Maker:
    price = tariff.prices.get((model, ""), ModelPrice())
    return Maker(
        model,
        not is_local(base_url),
        per_million_in=price.per_million_in,
        per_million_out=price.per_million_out,
        requests_per_minute=per_minute,
    )


def _painter(tariff: Tariff, model: str, base_url: str, per_minute: int | None) -> Maker:
    known = [
        price.per_image
        for (priced, _size), price in tariff.prices.items()
        if priced == model and price.per_image is not None
    ]
    return Maker(
        model,
        not is_local(base_url),
        per_image=Range(min(known), max(known)) if known else None,
        requests_per_minute=per_minute,
    )
