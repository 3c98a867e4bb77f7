"""One stage over items that a person chose: a run like any other, with its card, log and bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..extensions import session, transaction
from ..models import Cluster, ClusterStatus, Run, Site, Trigger
from ..pipeline.stages import stage_by_slug
from ..pipeline.wording import count_of
from .automation import MOST_CHOSEN, NothingWaiting, run_stage
from .errors import Refused
from .filtering import Chosen
from .in_hand import held

STAGES = (
    "cluster-keywords",
    "develop-ideas",
    "write-content",
    "write-image-prompts",
    "draw-images",
)
"""What a provider does. What needs none is done at once by the rooms."""


@dataclass(frozen=True)
class Plan:
    """What a run over chosen items would work on."""

    slug: str
    ids: Sequence[int]
    """Those that can be worked on, in no order."""
    in_hand: int
    """How many of the chosen another live run has."""
    left_out: int
    """How many others cannot be worked on as they are."""

    @property
    def left_out_words(self) -> str:
        """A sentence about what is left out; empty when nothing is."""
        unit = stage_by_slug(self.slug).unit
        parts = []
        if self.in_hand:
            parts.append(f"{count_of(self.in_hand, unit)} being worked on by another run")
        if self.left_out:
            parts.append(f"{count_of(self.left_out, unit)} that this cannot be done with")
        return f"Left out: {' and '.join(parts)}." if parts else ""


def plan(site: Site, slug: str, chosen: Chosen) -> Plan:
    """Which of the chosen rows the stage could work on now; nothing is changed.

    Raises NoneChosen, NothingWaiting when there is none, and Refused for too many.
    """
    db = session()
    ids = list(db.scalars(chosen.select(site).limit(MOST_CHOSEN + 1)))
    if len(ids) > MOST_CHOSEN:
        raise Refused(f"Choose {MOST_CHOSEN:,} at most.")
    model = chosen.filter.model
    busy = set(db.scalars(sa.select(model.id).where(model.id.in_(ids), held((slug,), model.id))))
    ready = set(db.scalars(_ready(site, slug, ids))) - busy
    found = Plan(slug, sorted(ready), len(busy), len(ids) - len(busy | ready))
    if not ready:
        nothing = "None of these can be worked on now."
        raise NothingWaiting(f"{nothing} {found.left_out_words}".strip())
    return found


def start(
    site: Site,
    slug: str,
    ids: Sequence[int],
    trigger: Trigger = Trigger.MANUAL,
    *,
    cap: Decimal | None = None,
) -> Run:
    """Start the stage over these items of the site. Raises NothingWaiting.

    What was done once is done once more: a cluster that has ideas gets others, a failed image is
    tried again. ``cap`` is in US dollars; None: what the site says.
    """
    with transaction() as db:  # a run that cannot start leaves all as it was
        _let_wait(db, site, slug, ids)
        return run_stage(site, slug, ids, trigger, cap=cap)


def _ready(site: Site, slug: str, ids: Sequence[int]) -> sa.Select[int]:
    if slug == "develop-ideas":
        return sa.select(Cluster.id).where(Cluster.site_id == site.id, Cluster.id.in_(ids))
    rows = stage_by_slug(slug).retryable(site.id).order_by(None).subquery()
    return sa.select(rows.c[0]).where(rows.c[0].in_(ids))


def _let_wait(db: Session, site: Site, slug: str, ids: Sequence[int]) -> None:
    if slug == "develop-ideas":
        db.execute(
            sa.update(Cluster)
            .where(Cluster.site_id == site.id, Cluster.id.in_(ids))
            .where(Cluster.status == ClusterStatus.MAPPED, ~held((slug,), Cluster.id))
            .values(status=ClusterStatus.NEW)
            .execution_options(synchronize_session=False)
        )
    else:
        waiting = stage_by_slug(slug).retryable(site.id).order_by(None).subquery()
        mine = sa.select(waiting.c[0]).where(waiting.c[0].in_(ids))
        stage_by_slug(slug).again(mine, db)
