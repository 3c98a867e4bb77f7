from __future__ import annotations

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.models import Cluster, Idea, Keyword, Site
from igny8_web.services import automation, cluster_names, clusters, keyword_changes
from igny8_web.services.errors import Invalid, NotFound
from igny8_web.services.filtering import Chosen
from igny8_web.services.rooms import ClusterFilter, KeywordFilter

from ..engine import reading
from ..factories import make_cluster, make_idea, make_site

pytestmark = pytest.mark.each_database


def some(*found: Cluster) -> Chosen:
    return Chosen(ClusterFilter(), [cluster.id for cluster in found])


def made(site: Site, *sizes: int) -> list[Cluster]:
    with transaction() as db:
        return [make_cluster(db, site, size) for size in sizes]


def sizes(site: Site) -> dict[str, int]:
    """Keywords by cluster."""
    with reading() as db:
        rows = db.execute(
            sa.select(Cluster.name, sa.func.count(Keyword.id))
            .outerjoin(Keyword, Keyword.cluster_id == Cluster.id)
            .where(Cluster.site_id == site.id)
            .group_by(Cluster.id)
        )
        return dict(rows.all())


def test_merging_moves_keywords_and_ideas_into_the_largest(site: Site) -> None:
    small, large = made(site, 1, 3)
    with transaction() as db:
        idea = make_idea(db, site)
        third = idea.cluster
    target = clusters.merge(site, some(small, large, third))
    assert target.id == large.id
    assert sizes(site) == {large.name: 5}
    with reading() as db:
        assert db.get_one(Idea, idea.id).cluster_id == large.id
        assert db.get_one(Cluster, large.id).status == "mapped"


def test_merging_under_a_name_takes_the_cluster_that_has_it(site: Site) -> None:
    first, second, third = made(site, 1, 2, 1)
    assert clusters.merge(site, some(first, second), third.name.upper()).id == third.id
    assert sizes(site) == {third.name.upper(): 4}
    (fourth,) = made(site, 2)
    assert clusters.merge(site, some(third, fourth), "Both").id == third.id
    assert sizes(site) == {"Both": 6}


def test_one_cluster_alone_is_no_merger(site: Site) -> None:
    (one,) = made(site, 1)
    with pytest.raises(Invalid, match="at least two"):
        clusters.merge(site, some(one))
    with transaction() as db:
        other = make_site(db, "elsewhere")
        theirs = make_cluster(db, other)
    with pytest.raises(Invalid, match="at least two"):
        clusters.merge(site, some(one, theirs))


def test_chosen_keywords_are_split_off(site: Site) -> None:
    one, other = made(site, 3, 1)
    with reading() as db:
        ids = db.scalars(sa.select(Keyword.id).where(Keyword.cluster_id == one.id)).all()
        theirs = db.scalars(sa.select(Keyword.id).where(Keyword.cluster_id == other.id)).all()
    clusters.split(site, one.id, Chosen(KeywordFilter(), [*ids[:2], *theirs]), "Apart")
    assert sizes(site) == {one.name: 1, other.name: 1, "Apart": 2}
    with pytest.raises(Invalid, match="of this name"):
        clusters.split(site, one.id, Chosen(KeywordFilter(), ids[2:]), "apart")
    with pytest.raises(NotFound):
        clusters.split(site, one.id, Chosen(KeywordFilter(), ids[:1]), "Nothing in it")
    assert "Nothing in it" not in sizes(site)


def test_a_name_is_the_sites_only_one(site: Site) -> None:
    one, two = made(site, 1, 1)
    clusters.rename(site, one.id, "  Cold   brew ")
    assert set(sizes(site)) == {"Cold brew", two.name}
    clusters.rename(site, one.id, "cold brew")
    with pytest.raises(Invalid, match="Merge them"):
        clusters.rename(site, two.id, "COLD BREW")
    with pytest.raises(Invalid, match="of this name"):
        clusters.create(site, "cold brew")
    with pytest.raises(Invalid, match="400"):
        clusters.create(site, "x" * 401)


def test_only_what_is_empty_is_deleted(site: Site) -> None:
    full, archived = made(site, 1, 1)
    clusters.create(site, "Nothing")
    keyword_changes.archive(site, Chosen(KeywordFilter(cluster_id=archived.id)))
    removed = clusters.delete_empty(site, Chosen(ClusterFilter()))
    assert (removed.number, removed.kept) == (2, 1)
    assert sizes(site) == {full.name: 1}
    keyword_changes.unarchive(site, Chosen(KeywordFilter()))
    with reading() as db:
        assert sorted(db.scalars(sa.select(Keyword.status))) == ["mapped", "new"]


def test_a_cluster_that_a_run_has_is_left_alone(site: Site) -> None:
    one, two = made(site, 2, 1)
    run = automation.run_stage(site, "develop-ideas", [one.id])
    with pytest.raises(clusters.InHand, match=run.run_id):
        clusters.merge(site, some(one, two))
    with pytest.raises(clusters.InHand):
        clusters.split(site, one.id, Chosen(KeywordFilter()), "Apart")
    done = keyword_changes.take_out(site, Chosen(KeywordFilter()))
    assert (done.number, done.in_hand) == (1, 2)
    with pytest.raises(clusters.InHand):
        keyword_changes.assign(site, Chosen(KeywordFilter()), one.name)


def test_names_are_offered_as_one_types(site: Site) -> None:
    one, _ = made(site, 1, 1)
    clusters.rename(site, one.id, "50% arabica_beans")
    assert cluster_names.names(site, "0% ARAB") == ["50% arabica_beans"]
    assert cluster_names.names(site, "_b") == ["50% arabica_beans"]
    assert len(cluster_names.names(site, "")) == 2


def test_clusters_that_share_a_word_are_offered_first(site: Site) -> None:
    with transaction() as db:
        names = ("Coffee grinder", "Tea for two", "Cleaning the grinder", "Milk")
        made = [Cluster(site_id=site.id, name=name) for name in names]
        db.add_all(made)

    assert cluster_names.neighbours(site, made[0]) == [
        "Cleaning the grinder",
        "Milk",
        "Tea for two",
    ]
    assert cluster_names.neighbours(site, made[1])[0] == "Milk", "“for” and “two” say nothing"
