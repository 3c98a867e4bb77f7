"""What a run would take, before it begins: calls, tokens, dollars and minutes."""

from __future__ import annotations

from collections.abc import Mapping

from ...current import config
from ...models import Run, Scope, Site
from ...pipeline.stages import STAGES
from ..dashboard import waiting
from .history import history_of
from .makers import Makers, makers_of
from .ranges import Range, exactly
from .reckoning import Estimate, StageEstimate, reckon

__all__ = [
    "Estimate",
    "Range",
    "StageEstimate",
    "estimate",
    "estimate_left",
    "estimate_stage",
    "exactly",
    "is_free",
]


def estimate(site: Site) -> Estimate:
    """What an automation run would take that began now."""
    return _estimate(site, makers_of(site), waiting(site))


def estimate_stage(site: Site, slug: str, items: int) -> Estimate:
    """What one stage would take over so many chosen items."""
    number = next(number for number, stage in enumerate(STAGES, 1) if stage.slug == slug)
    return _estimate(site, makers_of(site), {slug: items}, number, number)


def estimate_left(run: Run) -> Estimate:
    """What a live run has still to do, from the stage that it is at.

    A run over chosen items has its stage alone; what the later stages of a retry still have is
    not known before they begin.
    """
    current = run.current_stage or run.first_stage
    ahead = waiting(run.site) if run.scope is Scope.AUTOMATION else {}
    left = {stage.slug: ahead.get(stage.slug, 0) for stage in STAGES[current:]}
    left |= {s.slug: max(0, s.total - s.settled) for s in run.stages if s.number == current}
    last = run.last_stage if run.scope is Scope.AUTOMATION else current
    return _estimate(run.site, makers_of(run.site), left, current, last)


def is_free(site: Site) -> bool:
    """Whether nothing that a run does for the site costs anything: then nobody need be asked."""
    return makers_of(site).free


def _estimate(
    site: Site,
    makers: Makers,
    left: Mapping[str, int],
    first: int = 1,
    last: int = len(STAGES),
) -> Estimate:
    models = {each.model for each in (makers.text, makers.images) if each.model}
    stages = [*enumerate(STAGES, 1)][first - 1 : last]
    lanes = min(config().lanes, config().workers)
    return reckon(stages, left, history_of(site, models), makers, lanes)
