"""The servers that a person may choose from, for texts and for images."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...models import ProviderKind
from ...pipeline.providers_of_site import OFFLINE

if TYPE_CHECKING:
    from ...providers.chat.presets import Preset

OTHER = "other"
"""The slug of a server that we do not know by name."""
_OFFLINE_TEXTS = "No AI, no key, no cost: drafts with a structure and notes for the editor."
_OFFLINE_IMAGES = "No AI, no key, no cost: pictures are painted on this machine."
_OTHER_TEXTS = "Any server that speaks like OpenAI's chat API: LiteLLM, LocalAI, SGLang …"
_OTHER_IMAGES = "Any server that speaks like OpenAI's image API, such as LocalAI."
_RUNWARE = "It reports the price of each picture."


@cache
def choices(kind: ProviderKind) -> tuple[Preset, ...]:
    """In the order in which they are offered; the first needs no server, the last may be any."""
    # Loaded here: with the client behind it, it takes 4 MB, which only these pages need.
    from ...providers.chat.presets import PRESETS, Preset
    from ...providers.settings import IMAGE_APIS

    if kind is ProviderKind.TEXT:
        return (
            Preset(OFFLINE, "Offline drafts", "", needs_key=False, hint=_OFFLINE_TEXTS),
            *PRESETS,
            Preset(OTHER, "Another server", "", needs_key=False, hint=_OTHER_TEXTS),
        )
    openai, runware = IMAGE_APIS["openai"], IMAGE_APIS["runware"]
    return (
        Preset(OFFLINE, "Offline painter", "", needs_key=False, hint=_OFFLINE_IMAGES),
        Preset("openai", "OpenAI", openai, example="gpt-image-1"),
        Preset("runware", "Runware", runware, example="runware:101@1", hint=_RUNWARE),
        Preset(OTHER, "Another server", "", needs_key=False, hint=_OTHER_IMAGES),
    )


def choice(kind: ProviderKind, slug: str) -> Preset | None:
    """The one with this slug."""
    return next((preset for preset in choices(kind) if preset.slug == slug), None)


def choice_at(kind: ProviderKind, base_url: str) -> Preset:
    """The one at this address; without an address the offline one, else the last."""
    place = urlsplit(base_url).netloc
    offers = choices(kind)
    return next((each for each in offers if urlsplit(each.base_url).netloc == place), offers[-1])


def title_at(kind: ProviderKind, base_url: str) -> str:
    """What the provider at this address is called on a page: by its name or its host."""
    found = choice_at(kind, base_url)
    return urlsplit(base_url).netloc if found.slug == OTHER else found.title
