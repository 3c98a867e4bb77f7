"""From what waits, what was measured and what is charged to calls, tokens, dollars and minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce

from ...pipeline.stage import AnyStage, Kind
from .guesses import BUILT_IN_SECONDS, BUILT_IN_USUALLY, GUESSES, MADE, UNKNOWN, PerItem
from .history import History
from .makers import Maker, Makers
from .ranges import NOTHING, Range, about, exactly

ALMOST = Decimal("0.8")
"""How full the fullest requests of clustering are at least."""
_ONE = exactly(1)


@dataclass(frozen=True)
class StageEstimate:
    """What one AI stage would take."""

    number: int
    slug: str
    title: str
    unit: str
    units: str
    model: str
    """Empty: the built-in writer or painter."""
    items: Range
    calls: Range
    tokens_in: Range
    tokens_out: Range
    dollars: Range | None
    """None where the price of the model is not known."""
    minutes: Range
    measured: bool
    """Whether the site's runs told what an item takes; else it is a first guess."""


@dataclass(frozen=True)
class Estimate:
    """What a run would take: the AI stages that have anything to do, and all together."""

    stages: tuple[StageEstimate, ...]
    runs: int
    """Runs of the site that it is based on; 0: it is a first guess."""
    unpriced: tuple[str, ...]
    """Models whose price is missing: the run would pause at their stages."""
    free: bool
    """Whether only providers work that send no bill."""

    @property
    def measured(self) -> bool:
        """Whether every stage that costs something was measured."""
        return all(stage.measured for stage in self.stages if stage.model)

    @property
    def calls(self) -> Range:
        """Of all stages."""
        return _sum([stage.calls for stage in self.stages])

    @property
    def tokens_in(self) -> Range:
        """Of all stages."""
        return _sum([stage.tokens_in for stage in self.stages])

    @property
    def tokens_out(self) -> Range:
        """Of all stages."""
        return _sum([stage.tokens_out for stage in self.stages])

    @property
    def dollars(self) -> Range | None:
        """Of all stages; None where a price is missing."""
        known = [stage.dollars for stage in self.stages if stage.dollars is not None]
        return _sum(known) if len(known) == len(self.stages) else None

    @property
    def minutes(self) -> Range:
        """Of all stages, one after the other."""
        return _sum([stage.minutes for stage in self.stages])


def reckon(
    stages: Sequence[tuple[int, AnyStage]],
    waiting: Mapping[str, int],
    history: History,
    makers: Makers,
    lanes: int,
) -> Estimate:
    """Add up ``stages`` (number, stage): what waits, and what comes down from those before it."""
    found: list[StageEstimate] = []
    flow, used = NOTHING, False
    for number, stage in stages:
        slug = stage.slug
        items = (exactly(waiting.get(slug, 0)) + flow).whole()
        flow = items * (history.made.get(slug) or MADE.get(slug) or _ONE)
        if stage.kind is Kind.AI and items:
            found.append(_stage(number, stage, items, history, makers, lanes))
            used = used or slug in history.made or found[-1].measured
    return Estimate(tuple(found), history.runs if used else 0, makers.unpriced, makers.free)


def _stage(
    number: int, stage: AnyStage, items: Range, history: History, makers: Makers, lanes: int
) -> StageEstimate:
    maker = makers.of(stage.slug)
    per = _per_item(stage.slug, history, maker, makers.keywords_per_call)
    calls = (items * per.calls).whole()
    tokens_in = (items * per.tokens_in + calls * per.instructions).whole()
    tokens_out = (items * per.tokens_out).whole()
    return StageEstimate(
        number=number,
        slug=stage.slug,
        title=stage.title,
        unit=stage.unit[0],
        units=stage.unit[1],
        model=maker.model,
        items=items,
        calls=calls,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        dollars=maker.dollars(calls, tokens_in, tokens_out),
        minutes=_minutes(calls, per.seconds, stage.lanes or lanes, maker.requests_per_minute),
        measured=per.measured,
    )


def _per_item(slug: str, history: History, maker: Maker, keywords_per_call: int) -> PerItem:
    per = history.per_item.get(slug) if maker.model else None
    per = per or GUESSES.get(slug, UNKNOWN)
    calls = per.calls
    if slug == "cluster-keywords":
        calls = Range(Decimal(1) / keywords_per_call, 1 / (ALMOST * keywords_per_call))
    if maker.model:
        return replace(per, calls=calls)
    seconds = BUILT_IN_SECONDS.get(slug, BUILT_IN_USUALLY)
    return PerItem(about(Decimal(1)) if calls.high > 1 else calls, NOTHING, NOTHING, seconds)


def _minutes(calls: Range, seconds: Range, lanes: int, per_minute: int | None) -> Range:
    one = seconds / 60
    minutes = ((calls / max(1, lanes)) * one).at_least(one if calls else NOTHING)
    return minutes.at_least(calls / per_minute) if per_minute else minutes


def _sum(ranges: Sequence[Range]) -> Range:
    return reduce(Range.__add__, ranges, NOTHING)
