"""Runs, live and over, and their stages."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field

from ...models import Run, RunStatus, Scope, StageRun, StageStatus, Trigger
from ...pipeline.stages import stage_by_slug
from ...services import failures, listing, retries, runs, sites
from ..identity import me
from .base import blueprint, operation
from .schemas import Data, Dollars, Listed, PageQuery, RunId, Shape


class RunsQuery(PageQuery):
    """Which runs of a site."""

    status: RunStatus | None = None


class RunItem(Shape):
    """A run."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    run_id: RunId
    site_id: int
    trigger: Trigger
    scope: Scope = Field(description="All stages over what waits, or one stage on chosen items.")
    status: RunStatus
    why: str | None = Field(description="Why it is paused, failed or cancelled, in words.")
    current_stage: int | None = Field(description="Number of the stage it is at, or ended at.")
    cost_usd: Dollars = Field(validation_alias="cost")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Stage(Shape):
    """One stage of a run."""

    number: int
    slug: str
    name: str
    type: str = Field(description="AI, Local or Manual.")
    status: StageStatus
    total: int = Field(description="Items, counted when the stage began.")
    processed: int
    failed: int
    result: str | None = Field(description="What came of it, when it is over.")


class FailureGroup(Shape):
    """Items of one stage that failed for the same reason."""

    stage: str = Field(description="Its slug.")
    reason: str
    count: int = Field(description="How many items.")
    titles: list[str] = Field(description="Of the first of them.")


class RunWithStages(RunItem):
    """A run with its stages, in order, and why items failed."""

    retry_of: RunId | None = Field(description="The run whose failed items it tries again.")
    retried_in: list[RunId] = Field(description="Runs that tried again what failed in this one.")
    stages: list[Stage]
    failures: list[FailureGroup] = Field(description="The most frequent first; eight at most.")
    other_reasons: int = Field(description="How many reasons there are besides.")


class RunList(Listed[RunItem]):
    """A page of runs, newest first."""


class RunAnswer(Data[RunWithStages]):
    """A run with its stages."""


@blueprint.get("/automation/runs/")
@operation("Automation", RunList, problems={404: "There is no such site."})
def list_runs(query: RunsQuery) -> RunList:
    """List the runs of a site, newest first."""
    site = sites.find_site_by_id(me(), query.site_id)
    page = listing.page(
        Run, site, status=query.status, limit=query.limit, cursor=query.cursor, newest_first=True
    )
    return RunList(data=[RunItem.model_validate(row) for row in page.rows], next=page.next)


@blueprint.get("/automation/runs/<run_id>/")
@operation("Automation", RunAnswer, problems={404: "There is no such run."})
def show_run(run_id: str) -> RunAnswer:
    """Show one run, its stages, and what failed."""
    run = runs.find_run(me(), run_id)
    failed = failures.failures_of(run)
    return RunAnswer(
        data=RunWithStages(
            **RunItem.model_validate(run).model_dump(),
            retry_of=run.retry_of.run_id if run.retry_of else None,
            retried_in=[retry.run_id for retry in retries.retries_of(run)],
            stages=[_stage(stage_run) for stage_run in run.stages],
            failures=[FailureGroup.model_validate(group) for group in failed.groups],
            other_reasons=failed.other_reasons,
        )
    )


def _stage(stage_run: StageRun) -> Stage:
    stage = stage_by_slug(stage_run.slug)
    return Stage(
        number=stage_run.number,
        slug=stage_run.slug,
        name=stage.title,
        type=stage.kind.value,
        status=stage_run.status,
        total=stage_run.total,
        processed=stage_run.processed,
        failed=stage_run.failed,
        result=stage_run.result,
    )
