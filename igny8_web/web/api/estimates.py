"""What a run would take, before it begins."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from ...pipeline.money import run_cap
from ...services import estimates, sites, spending
from ..identity import me
from .base import blueprint, operation
from .schemas import Data, Dollars, Shape, SiteQuery


class Whole(Shape):
    """From … to …."""

    low: int
    high: int


class DollarRange(Shape):
    """From … to …, in US dollars."""

    low: Dollars
    high: Dollars


class Took(Shape):
    """What is expected."""

    calls: Whole
    input_tokens: Whole
    output_tokens: Whole
    cost_usd: DollarRange | None = Field(description="null: the price of a model is not known.")
    seconds: Whole


class StageTook(Took):
    """What is expected of one stage."""

    number: int
    slug: str
    name: str
    model: str | None = Field(description="null: the built-in writer or painter.")
    items: Whole
    measured: bool = Field(description="From the site's own runs; else it is a first guess.")


class RunEstimate(Took):
    """What a run would take that began now."""

    stages: list[StageTook]
    based_on_runs: int = Field(description="The site's last runs; 0: it is a first guess.")
    models_without_price: list[str] = Field(description="The run would pause at their stages.")
    run_cap_usd: Dollars
    month_spent_usd: Dollars
    month_cap_usd: Dollars


class EstimateAnswer(Data[RunEstimate]):
    """Ranges: nobody knows it exactly."""


@blueprint.get("/automation/estimate/")
@operation("Automation", EstimateAnswer, problems={404: "There is no such site."})
def estimate(query: SiteQuery) -> EstimateAnswer:
    """Tell what a run would take that began now: calls, tokens, dollars and time."""
    site = sites.find_site_by_id(me(), query.site_id)
    expected, month = estimates.estimate(site), spending.month_of(site)
    return EstimateAnswer(
        data=RunEstimate(
            **_took(expected),
            stages=[
                StageTook(
                    **_took(stage),
                    number=stage.number,
                    slug=stage.slug,
                    name=stage.title,
                    model=stage.model or None,
                    items=_whole(stage.items),
                    measured=stage.measured,
                )
                for stage in expected.stages
            ],
            based_on_runs=expected.runs,
            models_without_price=list(expected.unpriced),
            run_cap_usd=run_cap(site),
            month_spent_usd=month.spent,
            month_cap_usd=month.cap,
        )
    )


def _took(
    of: estimates.Estimate | estimates.StageEstimate,
) -> dict[str, Whole | DollarRange | None]:
    cost = of.dollars
    return {
        "calls": _whole(of.calls),
        "input_tokens": _whole(of.tokens_in),
        "output_tokens": _whole(of.tokens_out),
        "cost_usd": DollarRange(low=_micro(cost.low), high=_micro(cost.high))
        if cost is not None
        else None,
        "seconds": _whole((of.minutes * estimates.exactly(60)).whole()),
    }


def _whole(range_: estimates.Range) -> Whole:
    return Whole(low=int(range_.low), high=int(range_.high))


def _micro(dollars: Decimal) -> Decimal:
    return dollars.quantize(Decimal("0.000001"))
