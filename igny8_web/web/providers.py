"""Choosing who makes the texts and the images, and trying it.

The same views serve the installation and a site, whose slug is in the address then.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..models import ProviderKind, Site
from ..providers.base import ProviderError
from ..providers.settings import ImageSettings
from ..services import connection, prices, providers
from ..services.amounts import plain
from ..services.errors import Invalid
from ..services.providers import standing
from ..services.providers.choices import choice, choices
from ..services.providers.wish import Wish
from ..services.sites import find_site
from .htmx import fragment, is_htmx
from .identity import me

blueprint = Blueprint("providers", __name__)

KINDS = {"texts": ProviderKind.TEXT, "images": ProviderKind.IMAGE}
"""As the addresses call them."""
_WHAT = "settings/<any(texts, images):what>"
_SMALLEST = {"runware": "512x512"}
"""The size of a test picture, where it is not the usual one."""
_FIELDS = tuple(Wish.__dataclass_fields__)


@blueprint.get(f"/{_WHAT}")
@blueprint.get(f"/sites/<site_slug>/{_WHAT}")
def form(what: str, site_slug: str | None = None) -> str:
    """Who it is, and who it could be."""
    site = _level(site_slug)
    return _page(what, site, _stored_wish(KINDS[what], site))


@blueprint.post(f"/{_WHAT}")
@blueprint.post(f"/sites/<site_slug>/{_WHAT}")
def save(what: str, site_slug: str | None = None) -> ResponseReturnValue:
    """Use what was chosen."""
    site, wish = _level(site_slug), _wish()
    try:
        providers.save(KINDS[what], site, wish, me())
    except Invalid as error:
        return _page(what, site, wish, errors={error.field: error.message}), 422
    flash("Saved. Runs that are under way use it within a minute.", "success")
    return redirect(_overview(site))


@blueprint.post(f"/{_WHAT}/forget-key")
@blueprint.post(f"/sites/<site_slug>/{_WHAT}/forget-key")
def forget_key(what: str, site_slug: str | None = None) -> ResponseReturnValue:
    """Remove the stored key."""
    site = _level(site_slug)
    providers.forget_key(KINDS[what], site)
    flash("The key was removed.", "success")
    return redirect(url_for(".form", what=what, site_slug=site_slug))


@blueprint.post(f"/{_WHAT}/test")
@blueprint.post(f"/sites/<site_slug>/{_WHAT}/test")
def try_connection(what: str, site_slug: str | None = None) -> ResponseReturnValue:
    """Try what is in the form, saved or not."""
    site, wish = _level(site_slug), _wish()
    try:
        steps = connection.try_connection(providers.settings_of(KINDS[what], site, wish))
    except (Invalid, ProviderError) as error:
        return _cannot_try(what, site, wish, error)
    return _tried(what, site, wish, steps=steps)


@blueprint.post("/settings/images/test-picture")
@blueprint.post("/sites/<site_slug>/settings/images/test-picture")
def picture(site_slug: str | None = None) -> ResponseReturnValue:
    """Have one small picture made, which costs money."""
    site, wish = _level(site_slug), _wish()
    try:
        settings = providers.settings_of(ProviderKind.IMAGE, site, wish)
        assert isinstance(settings, ImageSettings)
        made = connection.make_picture(settings)
    except (Invalid, ProviderError) as error:
        return _cannot_try("images", site, wish, error)
    return _tried("images", site, wish, steps=[made.step], shown=made.shown)


def _level(site_slug: str | None) -> Site | None:
    return find_site(me(), site_slug) if site_slug is not None else None


def _wish() -> Wish:
    return Wish(**{name: request.form.get(name, "") for name in _FIELDS})


def _stored_wish(kind: ProviderKind, site: Site | None) -> Wish:
    """The form as it stands before anybody typed. The key is not in it."""
    setting = providers.own_setting(kind, site)
    if setting is None:
        return Wish(providers.INHERIT if _heir(kind, site) else choices(kind)[0].slug)
    preset = choice(kind, setting.preset)
    is_usual = preset is not None and setting.base_url == preset.base_url
    return Wish(
        preset=setting.preset,
        base_url="" if is_usual else setting.base_url,
        model=setting.model,
        requests_per_minute=str(setting.requests_per_minute or ""),
        tokens_per_minute=str(setting.tokens_per_minute or ""),
    )


def _heir(kind: ProviderKind, site: Site | None) -> standing.InForce | None:
    """What counts without a setting of this level; None where that is nothing but the built-in."""
    above = standing.above(kind, site)
    return above if site or above.model else None


def _overview(site: Site | None) -> str:
    return (
        url_for("site_settings.index", site_slug=site.slug) if site else url_for("settings.index")
    )


def _cannot_try(
    what: str, site: Site | None, wish: Wish, error: Invalid | ProviderError
) -> ResponseReturnValue:
    """The form has to be put right first."""
    field = error.field if isinstance(error, Invalid) else "api_key"
    if is_htmx():
        return fragment("settings/_steps.html", problem=error.message)
    return _page(what, site, wish, errors={field: error.message}), 422


def _tried(what: str, site: Site | None, wish: Wish, **found: Any) -> ResponseReturnValue:
    if is_htmx():
        return fragment("settings/_steps.html", **found)
    return _page(what, site, wish, **found)


def _page(what: str, site: Site | None, wish: Wish, **more: Any) -> str:
    kind = KINDS[what]
    setting = providers.own_setting(kind, site)
    in_force = standing.in_force(kind, site)
    return render_template(
        "settings/provider.html",
        **{"errors": {}, "steps": [], "shown": "", **more},
        what=what,
        site=site,
        back=_overview(site),
        wish=wish,
        choices=choices(kind),
        above=_heir(kind, site),
        in_force=in_force,
        key=standing.key_of(setting.sealed_key, setting.base_url) if setting else None,
        changed_at=setting.updated_at if setting else None,
        changed_by=standing.changed_by(setting) if setting else None,
        plain=plain,
        picture_price=prices.image_price(in_force.model, _SMALLEST.get(wish.preset, "1024x1024")),
    )
