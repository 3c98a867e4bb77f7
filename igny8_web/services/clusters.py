"""What people do with clusters: name, merge and split them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import rows_hit
from ..extensions import transaction
from ..models import Cluster, ClusterStatus, Idea, Keyword, KeywordStatus, Site
from .errors import Invalid, NotFound, Refused
from .filtering import Chosen
from .in_hand import run_with

LONGEST_NAME = 400
MOST_MERGED = 200
_EMPTY = ~sa.or_(
    sa.select(Keyword.id)
    .where(Keyword.cluster_id == Cluster.id, Keyword.status == KeywordStatus.MAPPED)
    .exists(),
    sa.select(Idea.id).where(Idea.cluster_id == Cluster.id).exists(),
)


class InHand(Refused):
    """A live run works on it right now."""

    code = "in_hand"


@dataclass(frozen=True)
class Removed:
    """How many clusters are gone, and how many stayed because something is in them."""

    number: int
    kept: int


def create(site: Site, name: str) -> Cluster:
    """An empty cluster. Raises Invalid (name) when the site has one of this name."""
    clean = clean_name(name)
    with transaction() as db:
        if find_called(db, site, clean):
            raise Invalid(f"{site.name} has a cluster of this name.", "name")
        return cluster_called(db, site, clean)


def rename(site: Site, cluster_id: int, name: str) -> None:
    """Another name. Raises NotFound, Invalid (name)."""
    clean = clean_name(name)
    with transaction() as db:
        cluster = _locked(db, site, [cluster_id])[0]
        same = find_called(db, site, clean)
        if same and same.id != cluster.id:
            raise Invalid(f"{site.name} has a cluster of this name. Merge them instead.", "name")
        cluster.name = clean


def merge(site: Site, chosen: Chosen, name: str = "") -> Cluster:
    """Make one of the chosen clusters: their keywords and ideas move into it.

    It is the one that is called ``name``, chosen or not; where none is, the largest, which then
    gets the name. Raises NoneChosen, NotFound, Invalid (name), and InHand while a live run works
    on one of them.
    """
    clean = clean_name(name) if name.strip() else ""
    with transaction() as db:
        ids = list(db.scalars(chosen.select(site).limit(MOST_MERGED + 1)))
        if len(ids) > MOST_MERGED:
            raise Invalid(f"Choose {MOST_MERGED} clusters at most to merge.", "name")
        called = find_called(db, site, clean) if clean else None
        found = _locked(db, site, [*ids, *([called.id] if called else [])])
        if len(found) < 2:
            raise Invalid("Choose at least two clusters, or name another to merge it into.", "name")
        refuse_in_hand(db, [cluster.id for cluster in found])
        target = called or max(found, key=lambda cluster: (_size(db, cluster), -cluster.id))
        if clean:
            target.name = clean
        others = [cluster.id for cluster in found if cluster.id != target.id]
        _move(db, others, target)
        db.execute(sa.delete(Cluster).where(Cluster.id.in_(others)))
        return target


def split(site: Site, cluster_id: int, keywords: Chosen, name: str) -> Cluster:
    """Move the chosen keywords of a cluster into a new one; its ideas stay where they are.

    Raises NoneChosen, NotFound, Invalid (cluster), InHand.
    """
    clean = clean_name(name, "cluster")
    with transaction() as db:
        _locked(db, site, [cluster_id])
        refuse_in_hand(db, [cluster_id])
        if find_called(db, site, clean):
            raise Invalid(f"{site.name} has a cluster of this name.", "cluster")
        new = cluster_called(db, site, clean)
        moved = db.execute(
            sa.update(Keyword)
            .where(Keyword.id.in_(keywords.select(site)), Keyword.cluster_id == cluster_id)
            .values(cluster_id=new.id)
            .execution_options(synchronize_session=False)
        )
        if not rows_hit(moved):
            raise NotFound("None of these keywords is in this cluster any more.")
        return new


def delete_empty(site: Site, chosen: Chosen) -> Removed:
    """Remove those of the chosen that have neither keywords nor ideas. Raises NoneChosen."""
    wanted = Cluster.id.in_(chosen.select(site))
    with transaction() as db:
        gone = db.scalars(sa.select(Cluster.id).where(wanted, _EMPTY).with_for_update()).all()
        all_chosen = db.scalar(sa.select(sa.func.count()).select_from(Cluster).where(wanted)) or 0
        db.execute(  # those of archived and deleted keywords, which come back as new ones
            sa.update(Keyword)
            .where(Keyword.cluster_id.in_(gone))
            .values(cluster_id=None)
            .execution_options(synchronize_session=False)
        )
        db.execute(sa.delete(Cluster).where(Cluster.id.in_(gone)))
    return Removed(len(gone), all_chosen - len(gone))


def clean_name(name: str, field: str = "name") -> str:
    """The name as it is kept. Raises Invalid (``field``)."""
    clean = " ".join(name.replace("\0", "").split())
    if not clean:
        raise Invalid("Give the cluster a name.", field)
    if len(clean) > LONGEST_NAME:
        raise Invalid(f"A cluster's name has {LONGEST_NAME} characters at most.", field)
    return clean


def find_called(db: Session, site: Site, name: str) -> Cluster | None:
    """The site's oldest cluster of this name, upper case or lower."""
    same = sa.func.lower(Cluster.name) == name.lower()
    return db.scalar(
        sa.select(Cluster).where(Cluster.site_id == site.id, same).order_by(Cluster.id).limit(1)
    )


def cluster_called(db: Session, site: Site, name: str) -> Cluster:
    """The site's cluster of this name, which is made where there is none."""
    found = find_called(db, site, name)
    if found is None:
        found = Cluster(site_id=site.id, name=name, status=ClusterStatus.NEW)
        db.add(found)
        db.flush()
    return found


def refuse_in_hand(db: Session, cluster_ids: Sequence[int]) -> None:
    """Raises InHand while a live run develops ideas for one of them."""
    if run := run_with(db, ("develop-ideas",), cluster_ids):
        raise InHand(f"{run} is working on it. Wait until it has finished, or cancel it.")


def _locked(db: Session, site: Site, ids: Sequence[int]) -> Sequence[Cluster]:
    found = db.scalars(
        sa.select(Cluster)
        .where(Cluster.site_id == site.id, Cluster.id.in_(ids))
        .order_by(Cluster.id)
        .with_for_update()
    ).all()
    if not found:
        raise NotFound("There is no such cluster on this site any more.")
    return found


def _size(db: Session, cluster: Cluster) -> int:
    mine = sa.select(sa.func.count()).where(Keyword.cluster_id == cluster.id)
    return db.scalar(mine) or 0


def _move(db: Session, others: Sequence[int], target: Cluster) -> None:
    for model in (Keyword, Idea):
        db.execute(
            sa.update(model)
            .where(model.cluster_id.in_(others))
            .values(cluster_id=target.id)
            .execution_options(synchronize_session=False)
        )
    if db.scalar(sa.select(Idea.id).where(Idea.cluster_id == target.id).limit(1)):
        target.status = ClusterStatus.MAPPED
