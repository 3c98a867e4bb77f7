"""The automation: start it, look at it, pause, resume and cancel it."""

from __future__ import annotations

from collections.abc import Callable

from ...extensions import session
from ...models import Run, RunStatus, Trigger
from ...pipeline.progress import processing_state
from ...services import automation, runs, sites
from ...services.errors import NotFound
from ..identity import me
from .base import blueprint, operation
from .current_processing import CurrentProcessingAnswer, CurrentQuery
from .current_processing import current_processing as as_seen
from .schemas import Data, Problem, RunId, RunQuery, Shape, SiteQuery

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
def run_now(query: SiteQuery) -> tuple[StartedAnswer, int]:
    """Start all stages over what waits on the site."""
    run = automation.run_now(sites.find_site_by_id(me(), query.site_id), Trigger.API)
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


@blueprint.post("/automation/cancel/")
@operation("Automation", RunStateAnswer, problems=_WRONG_STATE)
def cancel(query: RunQuery) -> RunStateAnswer:
    """End a run: what is in hand is finished (`cancelling`), then it is `cancelled`."""
    return _told(query, automation.cancel)


def _told(query: RunQuery, verb: Callable[[Run], None]) -> RunStateAnswer:
    run = runs.find_run(me(), query.run_id)
    verb(run)
    return RunStateAnswer(data=RunState(run_id=run.run_id, status=run.status))
