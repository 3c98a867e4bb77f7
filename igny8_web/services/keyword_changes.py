"""What people do with chosen keywords, however many there are."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import db_now, rows_hit
from ..extensions import transaction
from ..models import Keyword, KeywordStatus, Site
from .clusters import clean_name, cluster_called, refuse_in_hand
from .errors import NotFound
from .filtering import Chosen
from .in_hand import held

KEPT_DAYS = 30
"""How long what was deleted can be taken back."""
_THERE = (KeywordStatus.NEW, KeywordStatus.MAPPED, KeywordStatus.ARCHIVED)
_NOT_DELETED: dict[str, Any] = {"deleted_from": None, "deletion": None, "deleted_at": None}
_BACK = sa.case(
    (Keyword.cluster_id.is_not(None), KeywordStatus.MAPPED.value), else_=KeywordStatus.NEW.value
)
_BEFORE = sa.case(
    (
        sa.and_(Keyword.deleted_from == KeywordStatus.MAPPED, Keyword.cluster_id.is_(None)),
        KeywordStatus.NEW.value,  # its cluster is gone
    ),
    else_=Keyword.deleted_from,
)
_RESTORED: dict[str, Any] = {"status": _BEFORE, **_NOT_DELETED}
Where = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Changed:
    """How many keywords an action changed, and how many a live run kept it from."""

    number: int
    in_hand: int = 0
    deletion: str = ""
    """With which :func:`undelete` takes it back, after a deletion."""


def archive(site: Site, chosen: Chosen) -> Changed:
    """Put them aside: no run looks at them. Raises NoneChosen."""
    allowed = (KeywordStatus.NEW, KeywordStatus.MAPPED)
    return _update(site, chosen, allowed, {"status": KeywordStatus.ARCHIVED})


def unarchive(site: Site, chosen: Chosen) -> Changed:
    """Back to their clusters, or among the new. Raises NoneChosen."""
    return _update(site, chosen, (KeywordStatus.ARCHIVED,), {"status": _BACK})


def take_out(site: Site, chosen: Chosen) -> Changed:
    """Out of their clusters, to be clustered anew. Raises NoneChosen."""
    return _update(
        site, chosen, (KeywordStatus.MAPPED,), {"status": KeywordStatus.NEW, "cluster_id": None}
    )


def assign(site: Site, chosen: Chosen, cluster_name: str) -> Changed:
    """Into the cluster of this name, which is made where the site has none.

    Raises NoneChosen, Invalid (cluster) for a name that cannot be one, and InHand.
    """
    name = clean_name(cluster_name, "cluster")

    def change(db: Session, where: Where) -> int:
        cluster = cluster_called(db, site, name)
        refuse_in_hand(db, [cluster.id])
        values = {"cluster_id": cluster.id, "status": KeywordStatus.MAPPED}
        return _number(db, sa.update(Keyword).where(where).values(values))

    return _change(site, chosen, _THERE, change)


def delete(site: Site, chosen: Chosen) -> Changed:
    """Take them off every list but that of deleted ones. Raises NoneChosen."""
    deletion = secrets.token_hex(16)
    values = {
        "deleted_from": Keyword.status,
        "status": KeywordStatus.DELETED,
        "deletion": deletion,
        "deleted_at": db_now(),
    }
    done = _update(site, chosen, _THERE, values)
    return Changed(done.number, done.in_hand, deletion)


def undelete(site: Site, deletion: str) -> int:
    """Take back one deletion, and no other; answers how many keywords are back.

    Raises NotFound when it was taken back already, or is too long ago.
    """
    with transaction() as db:
        mine = sa.and_(Keyword.site_id == site.id, Keyword.deletion == deletion)
        number = _number(db, sa.update(Keyword).where(mine).values(_RESTORED))
        if not number:
            raise NotFound("There is nothing left of this deletion to take back.")
        return number


def restore(site: Site, chosen: Chosen) -> Changed:
    """Bring chosen deleted ones back to where they were. Raises NoneChosen."""
    return _update(site, chosen, (KeywordStatus.DELETED,), _RESTORED)


def forget(site: Site, chosen: Chosen) -> Changed:
    """Remove chosen deleted ones for ever. Raises NoneChosen."""
    return _change(
        site,
        chosen,
        (KeywordStatus.DELETED,),
        lambda db, where: _number(db, sa.delete(Keyword).where(where)),
    )


def _update(
    site: Site, chosen: Chosen, allowed: Collection[KeywordStatus], values: dict[str, Any]
) -> Changed:
    return _change(
        site,
        chosen,
        allowed,
        lambda db, where: _number(db, sa.update(Keyword).where(where).values(values)),
    )


def _change(
    site: Site,
    chosen: Chosen,
    allowed: Collection[KeywordStatus],
    change: Callable[[Session, Where], int],
) -> Changed:
    wanted = sa.and_(Keyword.id.in_(chosen.select(site)), Keyword.status.in_(allowed))
    busy = sa.or_(
        held(("cluster-keywords",), Keyword.id), held(("develop-ideas",), Keyword.cluster_id)
    )
    with transaction() as db:
        in_hand = db.scalar(sa.select(sa.func.count()).select_from(Keyword).where(wanted, busy))
        return Changed(change(db, sa.and_(wanted, ~busy)), in_hand or 0)


def _number(db: Session, statement: sa.Update | sa.Delete) -> int:
    done = db.execute(statement.execution_options(synchronize_session=False))
    return rows_hit(done)


def purge() -> int:
    """Remove for ever what was deleted more than :data:`KEPT_DAYS` days ago, on every site."""
    long_ago = Keyword.deleted_at < db_now(-KEPT_DAYS * 24 * 60 * 60)
    with transaction() as db:
        gone = sa.and_(Keyword.deletion.is_not(None), long_ago)
        return _number(db, sa.delete(Keyword).where(gone))
