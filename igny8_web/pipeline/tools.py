"""What a stage may use while it works: the providers, through the record of calls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ..current import config
from ..media import MediaError, StoredImage, check_room, store_image
from ..providers.base import Earlier, ImageProvider, ProviderError, Question, TextProvider
from ..providers.contracts import DrawImageBrief
from .accounts import Account
from .asking import recorded
from .calls import CallRecord
from .fitting import Answer, Check, Unfit, fitted
from .fitting import UnusableAnswer as UnusableAnswer
from .prompt_versions import wordings_of
from .prompts import Wording, built_in, prompt_for
from .providers_of_site import providers_of
from .tariff import tariff_of


@dataclass(frozen=True)
class Tools:
    """Providers and media folder for the items of one claim. A provider is loaded when asked."""

    media: Path
    load_text: Callable[[], TextProvider]
    load_images: Callable[[], ImageProvider]
    text_account: Account = field(default_factory=Account)
    image_account: Account = field(default_factory=Account)
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    """The site's own prompts, by task."""
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

    @property
    def prompt_version(self) -> str | None:
        """Of the prompt that was used last; None where the provider reads none."""
        return self.calls[-1].prompt_version if self.calls else None

    def for_item(self, stage: str, run_item_id: int) -> Tools:
        """The same tools, their calls recorded on this item."""
        return replace(self, stage=stage, run_item_id=run_item_id, calls=[])

    def ask(
        self,
        brief: BaseModel,
        schema: type[Answer],
        *,
        step: str = "",
        aside: Collection[str] = (),
        check: Check[Answer] | None = None,
    ) -> Answer:
        """Ask the text provider; the answer is held against ``schema``, then given to ``check``.

        What does not fit is shown to the provider once, with what is wrong with it. ``check``
        raises UnusableAnswer. ``aside`` names fields of the brief that change while others work:
        without them it is still the same question, whose recorded answer will do after a crash.
        ``step`` names what is asked where a stage asks for more than one thing.

        Raises ProviderError when there is no answer or none that fits.
        """
        question = self.question(brief, schema, step)
        try:
            return self._answer(question, schema, aside, check)
        except Unfit as unfit:
            if not self.text.repairs:
                raise
            question = replace(question, earlier=unfit.earlier)
        return self._answer(question, schema, aside, check)

    def question(self, brief: BaseModel, schema: type[BaseModel], step: str = "") -> Question:
        """The question about a brief, in the words of the site."""
        task = f"{self.stage}-{step}" if step else self.stage
        render = partial(prompt_for, task, brief, self.wordings.get(task))
        return Question(task, brief, schema, render)

    def _answer(
        self,
        question: Question,
        schema: type[Answer],
        aside: Collection[str],
        check: Check[Answer] | None,
    ) -> Answer:
        """One request. Raises ProviderError when nothing comes, Unfit when it is no use."""
        provider, account = self.text, self.text_account

        def call() -> tuple[dict[str, Any], Decimal, dict[str, int]]:
            answer = account.answer(provider, question)
            return answer.data, answer.cost or Decimal(0), answer.usage

        version = self._version_for(provider, question.task)
        record = self._record(provider, question.brief, aside, question.earlier, version)
        record.most = account.tariff.most_for_text(provider, question)
        record.question = question.in_words if provider.reads_prompts else None
        tokens = partial(account.tokens, provider, question)
        data = account.in_turn(partial(recorded, record, call), tokens, record.known)
        try:
            return fitted(data, schema, check)
        except Unfit as unfit:
            record.refuse(unfit.message)
            raise

    def draw(self, brief: DrawImageBrief) -> StoredImage:
        """Have one picture made and put it into the media folder.

        Raises ProviderError when there is no usable picture or no place to keep it.
        """

        def call() -> tuple[dict[str, Any], Decimal, dict[str, int]]:
            try:
                check_room(self.media)  # before a picture is paid for that cannot be kept
            except MediaError as error:
                raise ProviderError(error.message, code="no_room") from error
            answer = account.draw(provider, brief, price)
            cost, usage = answer.cost or Decimal(0), answer.usage
            try:
                stored = store_image(self.media, answer.data, size=(brief.width, brief.height))
            except MediaError as error:
                raise ProviderError(
                    error.message, code="bad_picture", cost=cost, usage=usage
                ) from error
            return vars(stored), cost, usage

        provider, account = self.images, self.image_account
        price = account.tariff.of_image(provider, brief)
        record = self._record(provider, brief)
        record.most, record.question = price, brief.prompt
        drawn = account.in_turn(
            partial(recorded, record, call, self._still_there), known=record.known
        )
        return StoredImage(**drawn)

    def _version_for(self, provider: TextProvider, task: str) -> str | None:
        if not provider.reads_prompts:
            return None
        return (self.wordings.get(task) or built_in(task)).version

    def _still_there(self, answer: dict[str, Any]) -> bool:
        return (self.media / str(answer["file"])).is_file()

    def _record(
        self,
        provider: TextProvider | ImageProvider,
        brief: BaseModel,
        aside: Collection[str] = (),
        earlier: Earlier | None = None,
        prompt_version: str | None = None,
    ) -> CallRecord:
        question = brief.model_dump(mode="json", exclude=set(aside))
        again = [earlier.answer, earlier.problem] if earlier else []
        asked = json.dumps(
            [self.stage, provider.name, provider.model, prompt_version, question, *again],
            sort_keys=True,
        )
        record = CallRecord(
            run_item_id=self.run_item_id,
            stage=self.stage,
            provider=provider.name,
            model=provider.model,
            fingerprint=hashlib.sha256(asked.encode()).hexdigest(),
            prompt_version=prompt_version,
        )
        self.calls.append(record)
        return record


def tools_for_site(site_id: int) -> Tools:
    """The tools that the work of this site uses."""
    providers = providers_of(site_id)
    tariff = tariff_of(providers.models)
    return Tools(
        config().media_dir,
        load_text=providers.text,
        load_images=providers.images,
        text_account=Account(tariff, providers.text_pace),
        image_account=Account(tariff, providers.image_pace),
        wordings=wordings_of(site_id),
    )
