"""A lane's work played once and rolled back, before the workers are forked.

Mappers are configured and statements compiled in the parent, so that no job does it again: the
first claim of a job comes 0.1 s of processor time earlier.
"""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from .. import logs
from ..extensions import transaction
from ..models import Cluster, Idea, Scope, Site, Trigger
from .advance import create_run
from .claims import renew, take_lane
from .runner import LaneAtWork
from .stages import stage_by_slug
from .tools import tools_for_site

log = logging.getLogger(__name__)


class _Curtain(Exception):
    """Ends the rehearsal: nothing of it is kept."""


def rehearse() -> None:
    """Play one item through the local stage; leaves no trace, and never stops a worker."""
    try:
        with logs.quiet(), transaction() as db:
            site = Site(slug="rehearsal", name="Rehearsal")
            db.add(site)
            db.flush()
            cluster = Cluster(site_id=site.id, name="")
            db.add(cluster)
            db.flush()
            idea = Idea(site_id=site.id, cluster=cluster, title="", description="", target_words=1)
            idea.content_type, idea.outline = "guide", []
            db.add(idea)
            db.flush()
            stage = stage_by_slug("queue-tasks")
            scope = Scope.SELECTION
            run = create_run(
                db, site, trigger=Trigger.MANUAL, scope=scope, stages=[stage], only=[idea.id]
            )
            lane = take_lane(db, run.stages[0].id, lease_seconds=1)
            assert lane is not None
            renew(db, lane)
            at_work = LaneAtWork(lane, run, stage, tools_for_site(site.id), batch_size=1)
            at_work.step(at_work.work(at_work.step([], None, lost=False)), None, lost=False)
            raise _Curtain
    except _Curtain:
        pass
    except SQLAlchemyError as error:
        log.warning("the rehearsal failed, the first jobs start slower: %s", error)
