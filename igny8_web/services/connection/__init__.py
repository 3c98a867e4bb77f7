"""*Test connection*: what works with a provider and how long it takes, in plain words.

Nothing is saved, no key is shown, and no session is open while the server is asked. The modules
behind it bring an HTTP client along and are loaded when they are needed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...extensions import session
from ...providers.settings import ImageSettings, TextSettings
from .steps import Outcome, Step

if TYPE_CHECKING:
    from .images import MadePicture

__all__ = ["Outcome", "Step", "make_picture", "try_connection"]


def try_connection(settings: TextSettings | ImageSettings) -> list[Step]:
    """The steps up to the first that fails. May take a minute with a server that is slow."""
    if not settings.base_url:
        return [Step("Offline", Outcome.WORKS, "No server is asked: this machine does it.")]
    _let_go()
    if isinstance(settings, TextSettings):
        from .texts import try_text

        steps = list(try_text(settings))
    else:
        from .images import try_images

        steps = list(try_images(settings))
    return [_without(settings.api_key, step) for step in steps]


def make_picture(settings: ImageSettings) -> MadePicture:
    """Have one small picture made, for which the provider charges. May take a minute."""
    from . import images

    _let_go()
    made = images.make_picture(settings)
    return replace(made, step=_without(settings.api_key, made.step))


def _let_go() -> None:
    """End the reading transaction: nobody asks the internet with one open."""
    session().commit()


def _without(key: str, step: Step) -> Step:
    """A server may repeat the key wherever it likes, say as the name of a model."""
    from ...providers.trouble import hide

    return replace(step, says=hide(step.says, key))
