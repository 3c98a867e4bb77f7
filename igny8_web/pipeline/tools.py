"""What a stage may use while it works: the providers, through the record of calls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..current import config
from ..providers import image_provider, text_provider
from ..providers.base import ImageProvider, ProviderError, TextProvider
from ..providers.contracts import DrawImageBrief
from .calls import CallRecord, recorded

if TYPE_CHECKING:
    from ..media import StoredImage

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Tools:
    """Providers and media folder for the items of one claim. A provider is loaded when asked."""

    media: Path
    load_text: Callable[[], TextProvider] = text_provider
    load_images: Callable[[], ImageProvider] = image_provider
    stage: str = ""
    run_item_id: int = 0
    calls: list[CallRecord] = field(default_factory=list)
    """What was asked so far, to be settled with the items."""

    @property
    def text(self) -> TextProvider:
        """The text provider of the site."""
        return self.load_text()

    @property
    def images(self) -> ImageProvider:
        """The image provider of the site."""
        return self.load_images()

    def for_item(self, stage: str, run_item_id: int) -> Tools:
        """The same tools, their calls recorded on this item."""
        return replace(self, stage=stage, run_item_id=run_item_id, calls=[])

    def ask(self, brief: BaseModel, schema: type[Answer], *, aside: Collection[str] = ()) -> Answer:
        """Ask the text provider; the answer is validated, or refused with a reason.

        ``aside`` names fields of the brief that change while others work: without them it is
        still the same question, whose recorded answer will do after a crash.

        Raises ProviderError when there is no answer or it does not fit ``schema``.
        """

        def call() -> tuple[dict[str, Any], Decimal, dict[str, int]]:
            answer = self.text.answer(self.stage, brief)
            return answer.data, answer.cost, answer.usage

        record = self._record(self.text, brief, aside)
        data = recorded(record, call)
        try:
            return schema.model_validate(data)
        except ValidationError as error:
            reason = "The answer did not have the expected form: " + _first_problem(error)
            record.refuse(reason)
            raise ProviderError(reason, retry=True) from error

    def draw(self, brief: DrawImageBrief) -> StoredImage:
        """Have one picture made and put it into the media folder.

        Raises ProviderError when there is no usable picture or no place to keep it.
        """

        # Loaded here: Pillow is 7 MB that only a process which draws should carry.
        from ..media import MediaError, StoredImage, store_image

        def call() -> tuple[dict[str, Any], Decimal, dict[str, int]]:
            answer = self.images.draw(brief)
            try:
                stored = store_image(self.media, answer.data, expected=(brief.width, brief.height))
            except MediaError as error:
                raise ProviderError(str(error), cost=answer.cost) from error
            return vars(stored), answer.cost, {}

        return StoredImage(**recorded(self._record(self.images, brief), call, self._still_there))

    def _still_there(self, answer: dict[str, Any]) -> bool:
        return (self.media / str(answer["file"])).is_file()

    def _record(
        self,
        provider: TextProvider | ImageProvider,
        brief: BaseModel,
        aside: Collection[str] = (),
    ) -> CallRecord:
        question = brief.model_dump(mode="json", exclude=set(aside))
        asked = json.dumps([self.stage, provider.name, provider.model, question], sort_keys=True)
        record = CallRecord(
            run_item_id=self.run_item_id,
            stage=self.stage,
            provider=provider.name,
            model=provider.model,
            fingerprint=hashlib.sha256(asked.encode()).hexdigest(),
        )
        self.calls.append(record)
        return record


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    place = " → ".join(str(part) for part in problem["loc"]) or "the whole answer"
    return f"{place}: {problem['msg']}."


def tools_for_site(site_id: int) -> Tools:
    """The tools that the work of this site uses."""
    return Tools(media=config().media_dir)
