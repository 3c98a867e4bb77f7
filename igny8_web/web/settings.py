"""The settings of the installation: what every site uses that has no own."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..models import ProviderKind, Site
from ..services import prices
from ..services.providers import standing

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("/")
def index() -> str:
    """Who makes texts and images, and what it costs."""
    return render_template(
        "settings/index.html", providers=providers_of(None), prices=len(prices.all_prices())
    )


def providers_of(site: Site | None) -> list[dict[str, object]]:
    """Both providers, as the overviews show them."""
    found = [standing.in_force(kind, site) for kind in ProviderKind]
    return [
        {
            "in_force": each,
            "lacks_price": prices.is_missing(each.kind, each.model, each.base_url),
        }
        for each in found
    ]
