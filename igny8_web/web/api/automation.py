"""The automation: start it, look at it, pause, resume, cancel it, and retry what failed."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from ...extensions import session
from ...models import Run, RunStatus, Trigger
from ...pipeline.progress import processing_state
from ...services import automation, retries, runs, sites
from ...services.errors import NotFound
from ..identity import me
from .base import blueprint, operation
from .current_processing import CurrentProcessingAnswer, CurrentQuery
from .current_processing import current_processing as as_seen
from .schemas import Cap, Data, Problem, RunId, RunQuery, Shape, SiteQuery, Text

_NO_RUN = "There is no such run."
_NO_SITE = "There is no such site."


class Started(Shape):
    """The run that was started."""

    run_id: RunId


class StartedAnswer(Data[Started]):
    """It is saved; work begins as soon as a worker is free."""


class RunState(Shape):
    """A run and how it is now."""

    run_id: RunId
    status: RunStatus


class RunStateAnswer(Data[RunState]):
    """It was done."""


class LiveRunProblem(Problem):
    """A site has one live automation run at most."""

    run_id: RunId


class AlreadyRunningAnswer(Shape):
    """The site has a live run: `already_running`, with its run_id."""

    error: LiveRunProblem


class StartQuery(SiteQuery):
    """Which site, and what the run may cost."""

    cap: Cap | None = Field(
        None,
        description="US dollars after which the run pauses and asks; left out: what the site says.",
    )


class RaiseQuery(RunQuery):
    """Which run, and what it may cost from now on."""

    cap: Cap = Field(
        description="US dollars. Of the run (`paused_for` is `cap`), or of its site's months "
        "(`month_cap`): whichever was reached."
    )


class RetryQuery(RunQuery):
    """What is to be tried again."""

    stage: Text | None = Field(
        None, max_length=60, description="Only this stage's, by its slug.", examples=["draw-images"]
    )


class RetryProblem(Problem):
    """`wrong_state`: it is live. `nothing_waiting`: nothing is left. `already_running`."""

    run_id: RunId | None = Field(None, description="The run that tries it again already.")


class RetryRefusedAnswer(Shape):
    """Nothing can be tried again now."""

    error: RetryProblem


_WRONG_STATE = {404: _NO_RUN, 409: "The run is not in a state for this: `wrong_state`."}


@blueprint.get("/automation/current_processing/")
@operation(
    "Automation", CurrentProcessingAnswer, problems={404: "There is no such site, or no such run."}
)
def current_processing(query: CurrentQuery) -> CurrentProcessingAnswer:
    """Show what a run is doing, or null when nothing runs.

    Without `run_id`: the site's live automation run, else its newest live manual run. A run that
    is over is null. Less than 1 KB.
    """
    site = sites.find_site_by_id(me(), query.site_id)
    run = runs.find_run(me(), query.run_id) if query.run_id else runs.live_run_of(site)
    if run is not None and run.site_id != site.id:
        raise NotFound("This site has no such run.")
    live = run if run is not None and run.is_live else None
    return CurrentProcessingAnswer(data=live and as_seen(processing_state(session(), live)))


@blueprint.post("/automation/run_now/")
@operation("Automation", StartedAnswer, 202, problems={404: _NO_SITE, 409: AlreadyRunningAnswer})
def run_now(query: StartQuery) -> tuple[StartedAnswer, int]:
    """Start all stages over what waits on the site."""
    site = sites.find_site_by_id(me(), query.site_id)
    run = automation.run_now(site, Trigger.API, cap=query.cap)
    return StartedAnswer(data=Started(run_id=run.run_id)), 202


@blueprint.post("/automation/pause/")
@operation("Automation", RunStateAnswer, problems=_WRONG_STATE)
def pause(query: RunQuery) -> RunStateAnswer:
    """Take nothing more in hand until the run is resumed."""
    return _told(query, automation.pause)


@blueprint.post("/automation/resume/")
@operation("Automation", RunStateAnswer, problems=_WRONG_STATE)
def resume(query: RunQuery) -> RunStateAnswer:
    """Let a paused run go on."""
    return _told(query, automation.resume)


@blueprint.post("/automation/raise_cap/")
@operation("Automation", RunStateAnswer, problems=_WRONG_STATE)
def raise_cap(query: RaiseQuery) -> RunStateAnswer:
    """Raise the cap that a run has reached, and let it go on."""
    return _told(query, lambda run: automation.raise_cap(run, query.cap))


@blueprint.post("/automation/cancel/")
@operation("Automation", RunStateAnswer, problems=_WRONG_STATE)
def cancel(query: RunQuery) -> RunStateAnswer:
    """End a run: what is in hand is finished (`cancelling`), then it is `cancelled`."""
    return _told(query, automation.cancel)


@blueprint.post("/automation/retry_failed/")
@operation("Automation", StartedAnswer, 202, problems={404: _NO_RUN, 409: RetryRefusedAnswer})
def retry_failed(query: RetryQuery) -> tuple[StartedAnswer, int]:
    """Make a new attempt of what failed in a run that is over, and of nothing else."""
    run = retries.retry_failed(runs.find_run(me(), query.run_id), query.stage, Trigger.API)
    return StartedAnswer(data=Started(run_id=run.run_id)), 202


def _told(query: RunQuery, verb: Callable[[Run], None]) -> RunStateAnswer:
    run = runs.find_run(me(), query.run_id)
    verb(run)
    return RunStateAnswer(data=RunState(run_id=run.run_id, status=run.status))
