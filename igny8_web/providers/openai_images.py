"""Pictures by any server that speaks OpenAI's image generations."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .base import ImageAnswer, ProviderError, Usage
from .chat.presets import preset_for
from .contracts import DrawImageBrief
from .downloads import download
from .drawing import prompt_of
from .http import post_json
from .reach import is_local
from .settings import ImageSettings
from .trouble import Refusal

Size = tuple[int, int]


@dataclass(frozen=True)
class Kind:
    """What a family of models takes."""

    sizes: tuple[Size, ...] = ((1024, 1024), (1536, 1024), (1024, 1536))
    longest_prompt: int = 4000
    """Characters."""

    def nearest(self, width: int, height: int) -> Size:
        """The size of which the least is cut away."""
        wanted = width / height

        def kept(size: Size) -> float:
            made = size[0] / size[1]
            return min(made / wanted, wanted / made)

        return max(self.sizes, key=kept)


KINDS = {
    "dall-e-2": Kind(sizes=((1024, 1024),), longest_prompt=1000),
    "dall-e-3": Kind(sizes=((1024, 1024), (1792, 1024), (1024, 1792))),
}
"""Those that differ from ``gpt-image-*``, like which any other is asked."""


class OpenAIImages:
    """An image provider at the other end of an OpenAI-compatible API.

    ``response_format`` is never sent, for ``gpt-image-*`` refuses it: both forms of answer do.
    """

    def __init__(self, settings: ImageSettings) -> None:
        self._settings = settings
        self.name = preset_for(settings.base_url).slug
        self.model = settings.model
        self.paid = not is_local(settings.base_url)
        self._kind = KINDS.get(settings.model.rpartition("/")[2], Kind())

    def size(self, brief: DrawImageBrief) -> str:
        """The size of which the least is cut away."""
        width, height = self._kind.nearest(brief.width, brief.height)
        return f"{width}x{height}"

    def draw(self, brief: DrawImageBrief) -> ImageAnswer:
        """One picture, about as wide for its height as the brief wants. Raises ProviderError."""
        reply = self._ask(brief)
        usage = _usage(reply)
        try:
            return ImageAnswer(self._picture(reply), cost=None, usage=usage)
        except ProviderError as error:
            error.cost, error.usage = None, usage  # it was made, so it was charged
            raise

    def _ask(self, brief: DrawImageBrief) -> Any:
        width, height = self._kind.nearest(brief.width, brief.height)
        cut = width * brief.height != height * brief.width
        body: dict[str, Any] = {
            "model": self.model,
            "prompt": prompt_of(brief, self._kind.longest_prompt, cut=cut),
            "n": 1,
        }
        try:
            return self._post({**body, "size": self.size(brief)})
        except Refusal as refusal:
            if refusal.status not in (400, 422) or "size" not in refusal.told.lower():
                raise
            return self._post(body)  # a server that knows no sizes, or others: its own will do

    def _post(self, body: dict[str, Any]) -> Any:
        return post_json(
            self._settings.base_url.rstrip("/") + "/images/generations",
            body,
            key=self._settings.api_key,
            timeout=self._settings.timeout_seconds,
        )

    def _picture(self, reply: Any) -> bytes:
        match reply:
            case {"data": [{"b64_json": str(text)}, *_]} if text:
                try:
                    return base64.b64decode(text.rpartition(",")[2], validate=True)
                except binascii.Error as error:
                    raise self._unusable("a picture that is no base64") from error
            case {"data": [{"url": str(url)}, *_]} if url:
                return download(url, own=self._settings.base_url)
        raise self._unusable("no picture")

    def _unusable(self, what: str) -> ProviderError:
        host = urlsplit(self._settings.base_url).netloc
        return ProviderError(f"{host} answered with {what}.", code="garbage", retry=True)


def _usage(reply: Any) -> Usage:
    """The tokens that were counted, where it is told in the way we know."""
    match reply:
        case {"usage": {"input_tokens": int(read), "output_tokens": int(written)}}:
            return {"input": read, "output": written}
    return {}
