"""What a run may cost, before it begins, and what can be done when money or a provider stops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, url_for

from ..models import ProviderKind, Run, Site
from ..pipeline.money import run_cap
from ..pipeline.progress import ProcessingState
from ..pipeline.stages import STAGES
from ..services import automation, estimates, spending
from ..services.amounts import dollars, plain
from ..services.errors import Invalid
from ..services.providers import standing
from ..services.providers.standing import Source
from ..services.sites import find_site
from .identity import me

blueprint = Blueprint("money", __name__, url_prefix="/sites/<site_slug>/automation")

NO_AMOUNT = "Write how many US dollars, like 7.50."
_OF_THE_PROVIDER = ("bad_key", "no_quota", "unknown_model", "sealed_key")
_TEXTS = "Settings of the text provider"
_IMAGES = "Settings of the image provider"


@dataclass(frozen=True)
class Fix:
    """What the card offers where a run is paused for a reason that somebody can take away."""

    links: Sequence[tuple[str, str]]
    """Label and URL."""
    raises: spending.Raise | None = None
    wanted: str = ""
    """What stands in the field, where a cap was reached."""
    raise_url: str = ""


@blueprint.get("/estimate")
def estimate(site_slug: str) -> str:
    """What a run would take: the part of the *Run now* dialog that costs queries."""
    site = find_site(me(), site_slug)
    return render_template(
        "automation/_estimate.html",
        site=site,
        estimate=estimates.estimate(site),
        month=spending.month_of(site),
    )


def run_now_button(site: Site, can_run: bool) -> dict[str, Any]:
    """What ``automation/_run_now.html`` needs: it asks first where a run may cost something."""
    asks = not estimates.is_free(site)
    return {
        "can_run": can_run,
        "run_now_url": url_for("automation.run_now", site_slug=site.slug),
        "estimate_url": url_for("money.estimate", site_slug=site.slug) if asks else None,
        "run_cap": plain(run_cap(site)) if asks else None,
    }


def amount(text: str) -> Decimal:
    """The dollars of a form's field ``cap``. Raises Invalid, also for an empty one."""
    typed = dollars(text, "cap")
    if typed is None:
        raise Invalid(NO_AMOUNT, "cap")
    return typed


def fix_for(site: Site, run: Run, state: ProcessingState) -> Fix | None:
    """What can be done so that the run goes on; None where it is not for us to say."""
    code = state.paused_for
    if code in automation.CAPS:
        to_raise = spending.to_raise(run)
        return Fix(
            [("Spending limits of the site", url_for("site_settings.index", site_slug=site.slug))],
            to_raise,
            plain(to_raise.wanted),
            url_for("automation.raise_cap", site_slug=site.slug, run_id=run.run_id),
        )
    stage = STAGES[state.stage_number - 1].slug
    kind = ProviderKind.IMAGE if stage == "draw-images" else ProviderKind.TEXT
    if code == "no_price":
        model = standing.in_force(kind, site).model
        return Fix([("Enter the price", url_for("prices.index", model=model))])
    return Fix([_provider_page(kind, site)]) if code in _OF_THE_PROVIDER else None


def _provider_page(kind: ProviderKind, site: Site) -> tuple[str, str]:
    """Where the setting in force is changed."""
    what, label = ("images", _IMAGES) if kind is ProviderKind.IMAGE else ("texts", _TEXTS)
    own = standing.in_force(kind, site).source is Source.SITE
    return label, url_for("providers.form", what=what, site_slug=site.slug if own else None)
