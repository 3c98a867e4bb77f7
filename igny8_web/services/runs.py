"""Runs as an account may see them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..extensions import session
from ..models import LIVE, Run, Scope, Site, User
from .errors import NotFound
from .sites import visible_ids


def find_run(user: User, run_id: str) -> Run:
    """The run with its stages and site, in one query. Raises NotFound."""
    run = (
        session()
        .scalars(
            sa.select(Run)
            .where(Run.run_id == run_id, Run.site_id.in_(visible_ids(user)))
            .options(joinedload(Run.stages), joinedload(Run.site))
        )
        .unique()
        .one_or_none()
    )
    if run is None:
        raise NotFound("There is no such run.")
    return run


def revision(user: User, run_id: str) -> int:
    """The run's ``rev`` alone, in one query: what a poll asks first. Raises NotFound."""
    rev = session().scalar(
        sa.select(Run.rev).where(Run.run_id == run_id, Run.site_id.in_(visible_ids(user)))
    )
    if rev is None:
        raise NotFound("There is no such run.")
    return rev


def live_run_of(site: Site) -> Run | None:
    """What the site is busy with: its automation run, else the newest manual one."""
    return (
        session()
        .scalars(
            sa.select(Run)
            .where(Run.site_id == site.id, Run.status.in_(LIVE))
            .options(joinedload(Run.stages), joinedload(Run.site))
            .order_by((Run.scope == Scope.AUTOMATION).desc(), Run.id.desc())
            .limit(1)
        )
        .unique()
        .one_or_none()
    )
