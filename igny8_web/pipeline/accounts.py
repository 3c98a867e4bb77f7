"""A provider's account: what it charges, how fast it may be asked, and asking it."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from ..providers.base import (
    ImageAnswer,
    ImageProvider,
    ProviderError,
    Question,
    TextAnswer,
    TextProvider,
    Usage,
)
from ..providers.contracts import DrawImageBrief
from .pace import FREE, NotYet, Pace
from .tariff import Tariff

Got = TypeVar("Got")

BACKOFF_SECONDS = (1.0, 2.0, 4.0)
"""Within one attempt, after each time that the provider said "too many" without saying how long."""
FIRST_SHARE = 0.5
_shares: dict[str, float] = {}
"""By pace: of the tokens that an answer may take, how many it took lately in this process."""


@dataclass(frozen=True)
class Account:
    """The account of one provider, for one site."""

    tariff: Tariff = field(default_factory=Tariff)
    pace: Pace = FREE

    def answer(self, provider: TextProvider, question: Question) -> TextAnswer:
        """Ask; the cost is the provider's own word, else what the tokens cost."""
        try:
            answer = provider.answer(question)
        except ProviderError as error:
            error.cost = self._cost(provider, error.cost, error.usage)
            self._tell_others(error)
            raise
        self._learn(provider, question, answer.usage)
        cost = self._cost(provider, answer.cost, answer.usage)
        return TextAnswer(answer.data, cost, answer.usage)

    def draw(self, provider: ImageProvider, brief: DrawImageBrief, price: Decimal) -> ImageAnswer:
        """Have a picture made; the cost is the provider's own word, else ``price``."""
        try:
            answer = provider.draw(brief)
        except ProviderError as error:
            error.cost = price if error.cost is None else error.cost
            self._tell_others(error)
            raise
        return ImageAnswer(answer.data, price if answer.cost is None else answer.cost, answer.usage)

    def in_turn(
        self,
        ask: Callable[[], Got],
        tokens: Callable[[], int] = lambda: 0,
        known: Callable[[], bool] = lambda: False,
    ) -> Got:
        """Call ``ask`` when it is our turn, again a few times where the provider says "too many".

        Every worker waits as long as the provider wants this one to. What is ``known`` already
        is not asked, and needs no turn. Raises NotYet, and what ``ask`` raises.
        """
        if self.pace is FREE or known():
            return ask()
        for backoff in (*BACKOFF_SECONDS, None):
            self.pace.wait_for_turn(tokens() if self.pace.tokens_per_minute else 0)
            try:
                return ask()
            except ProviderError as error:
                told = error.retry_after
                if error.code != "rate_limited":
                    self._tell_others(error)
                    raise
                if backoff is None:
                    if told is None:
                        raise
                    raise NotYet(told) from error  # it told us to wait, not that it will not do
                if told is not None:
                    self.pace.hold(told)  # where Redis is away: NotYet
                else:
                    self.pace.hold(backoff * random.uniform(1, 1.5))  # noqa: S311 - no secret
        raise AssertionError("the last round returns or raises")

    def tokens(self, provider: TextProvider, question: Question) -> int:
        """About how many tokens the question and its answer will take."""
        most = provider.most(question)
        share = _shares.get(self.pace.key, FIRST_SHARE)
        return int(most.get("input", 0) / 2 + most.get("output", 0) * share)

    def _tell_others(self, error: ProviderError) -> None:
        """At once: to write the call down takes a while, and other lanes go on asking."""
        if self.pace is not FREE and error.retry and error.retry_after is not None:
            with suppress(NotYet):
                self.pace.hold(error.retry_after)

    def _learn(self, provider: TextProvider, question: Question, usage: Usage) -> None:
        if self.pace.tokens_per_minute and usage.get("output"):
            took = min(1.0, usage["output"] / max(1, provider.most(question).get("output", 1)))
            before = _shares.get(self.pace.key, FIRST_SHARE)
            _shares[self.pace.key] = 0.8 * before + 0.2 * took

    def _cost(self, provider: TextProvider, told: Decimal | None, usage: Usage) -> Decimal:
        return self.tariff.of_tokens(provider.model, usage) if told is None else told
