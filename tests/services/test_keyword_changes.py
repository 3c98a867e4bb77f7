from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from igny8_web.extensions import transaction
from igny8_web.importers import read_keywords
from igny8_web.models import Cluster, Keyword, KeywordStatus, Site
from igny8_web.services import automation, keyword_changes, keyword_forms, keywords
from igny8_web.services.errors import Invalid, NotFound
from igny8_web.services.exporting.keywords_table import HEADER, keyword_rows
from igny8_web.services.exporting.table import csv_chunks
from igny8_web.services.filtering import Chosen, NoneChosen
from igny8_web.services.rooms import KeywordFilter

from ..engine import reading
from ..factories import make_cluster, make_keywords, make_site

EVERY = Chosen(KeywordFilter())


def some(*keywords: Keyword) -> Chosen:
    return Chosen(KeywordFilter(), [keyword.id for keyword in keywords])


def statuses(site: Site) -> list[str]:
    with reading() as db:
        query = sa.select(Keyword.status).where(Keyword.site_id == site.id).order_by(Keyword.id)
        return [status.value for status in db.scalars(query)]


def by_hand(site: Site, number: int) -> list[Keyword]:
    with transaction() as db:
        return make_keywords(db, site, number)


def clustered(site: Site, number: int) -> Cluster:
    with transaction() as db:
        return make_cluster(db, site, number)


@pytest.mark.each_database
def test_what_is_archived_comes_back_to_where_it_was(site: Site) -> None:
    clustered(site, 1)
    by_hand(site, 1)
    assert keyword_changes.archive(site, EVERY).number == 2
    assert statuses(site) == ["archived", "archived"]
    assert keyword_changes.unarchive(site, EVERY).number == 2
    assert statuses(site) == ["mapped", "new"]


@pytest.mark.each_database
def test_undo_brings_back_one_deletion_and_no_other(site: Site) -> None:
    cluster = clustered(site, 1)
    first, second = by_hand(site, 2)
    keyword_changes.delete(site, some(first))
    deletion = keyword_changes.delete(site, EVERY).deletion
    assert statuses(site) == ["deleted"] * 3
    assert keyword_changes.undelete(site, deletion) == 2
    assert statuses(site) == ["mapped", "deleted", "new"]
    with reading() as db:
        keyword = db.scalars(sa.select(Keyword).filter_by(cluster_id=cluster.id)).one()
        assert (keyword.deletion, keyword.deleted_at) == (None, None)
    with pytest.raises(NotFound):
        keyword_changes.undelete(site, deletion)
    assert second.site_id == site.id


def test_what_lost_its_cluster_meanwhile_comes_back_among_the_new(site: Site) -> None:
    clustered(site, 1)
    deletion = keyword_changes.delete(site, EVERY).deletion
    with transaction() as db:
        db.execute(sa.update(Keyword).values(cluster_id=None))
    keyword_changes.undelete(site, deletion)
    assert statuses(site) == ["new"]


def test_another_sites_keywords_are_never_touched(site: Site) -> None:
    with transaction() as db:
        other = make_site(db, "elsewhere")
        theirs = make_keywords(db, other, 1)
    for verb in (keyword_changes.archive, keyword_changes.delete, keyword_changes.take_out):
        assert verb(site, some(*theirs)).number == 0
        assert verb(site, EVERY).number == 0
    assert statuses(other) == ["new"]


def test_nothing_chosen_is_said(site: Site) -> None:
    with pytest.raises(NoneChosen):
        keyword_changes.archive(site, some())


@pytest.mark.each_database
def test_keywords_go_into_the_cluster_of_a_name_and_out_again(site: Site) -> None:
    known = clustered(site, 1)
    first, second = by_hand(site, 2)
    keyword_changes.assign(site, some(first), known.name.upper())
    keyword_changes.assign(site, some(second), "  A new   one ")
    with reading() as db:
        names = dict(
            db.execute(
                sa.select(Keyword.id, Cluster.name).join(Cluster, Cluster.id == Keyword.cluster_id)
            ).all()
        )
    assert (names[first.id], names[second.id]) == (known.name, "A new one")
    keyword_changes.take_out(site, some(first, second))
    assert statuses(site) == ["mapped", "new", "new"]
    with pytest.raises(Invalid):
        keyword_changes.assign(site, some(first), "  ")


@pytest.mark.each_database
def test_what_a_live_run_has_in_hand_stays_as_it_is(site: Site) -> None:
    by_hand(site, 3)
    automation.run_now(site)
    late = by_hand(site, 1)
    done = keyword_changes.delete(site, EVERY)
    assert (done.number, done.in_hand) == (1, 3)
    assert statuses(site) == ["new", "new", "new", "deleted"]
    assert late


def test_forgetting_takes_deleted_ones_alone(site: Site) -> None:
    first, _ = by_hand(site, 2)
    keyword_changes.delete(site, some(first))
    deleted = Chosen(KeywordFilter(status=KeywordStatus.DELETED))
    assert keyword_changes.forget(site, EVERY).number == 0
    assert keyword_changes.forget(site, deleted).number == 1
    assert statuses(site) == ["new"]


@pytest.mark.each_database
def test_what_was_deleted_long_ago_is_removed_and_the_rest_stays(site: Site) -> None:
    old, young, kept = by_hand(site, 3)
    keyword_changes.delete(site, some(old, young))
    with transaction() as db:
        db.get_one(Keyword, old.id).deleted_at = datetime.now(UTC) - timedelta(days=31)
    assert keyword_changes.purge() == 1
    assert statuses(site) == ["deleted", "new"]
    assert keyword_changes.purge() == 0
    assert kept


@pytest.mark.each_database
def test_a_deleted_keyword_comes_back_when_it_is_added_or_imported_again(site: Site) -> None:
    first, second = by_hand(site, 2)
    keyword_changes.delete(site, EVERY)
    keyword_forms.add_keyword(site, {"phrase": first.phrase.upper(), "volume": "1,300"})
    keywords.import_keywords(site, "list.txt", f"{second.phrase}\n".encode())
    assert statuses(site) == ["new", "new"]
    with reading() as db:
        assert db.get_one(Keyword, first.id).volume == 1300
        assert db.get_one(Keyword, second.id).deletion is None


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("phrase", "  ", "Write the keyword."),
        ("phrase", "x" * 401, "400 characters"),
        ("volume", "-3", "negative"),
        ("volume", "many", "not a number"),
        ("volume", "1K–10K", "middle"),
        ("difficulty", "101", "outside 0 to 100"),
        ("cpc", "1,234", "ambiguous"),
        ("intent", "curious", "none of"),
        ("country", "Germany", "two letters"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(
    site: Site, field: str, text: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says) as raised:
        keyword_forms.add_keyword(site, {"phrase": "good beans", field: text})
    assert raised.value.field == field
    assert statuses(site) == []


def test_a_keyword_is_corrected_and_does_not_become_another(site: Site) -> None:
    first, second = by_hand(site, 2)
    given = {"phrase": "Better beans", "cpc": "0.5", "difficulty": "7", "intent": "Commercial"}
    keyword = keyword_forms.edit_keyword(site, first.id, given)
    assert (keyword.folded, keyword.cpc, keyword.difficulty, keyword.intent) == (
        *("better beans", Decimal("0.5"), 7),
        "commercial",
    )
    with pytest.raises(Invalid, match="already"):
        keyword_forms.edit_keyword(site, first.id, {"phrase": second.phrase})
    keyword_changes.delete(site, some(first))
    with pytest.raises(keyword_forms.Deleted):
        keyword_forms.edit_keyword(site, first.id, given)


@pytest.mark.each_database
def test_an_export_is_read_again_by_the_importer(site: Site) -> None:
    with transaction() as db:
        db.add(
            Keyword(
                site_id=site.id,
                phrase="=beans",
                folded="=beans",
                volume=0,
                difficulty=7,
                cpc=Decimal("1.25"),
                intent="commercial",
                country="DE",
            )
        )
        make_keywords(db, site, 3)
        make_keywords(db, make_site(db, "elsewhere"), 2)
    data = b"".join(csv_chunks(HEADER, keyword_rows(site, EVERY)))
    rows = read_keywords("export.csv", data).rows
    assert len(rows) == 4
    first = rows[0]
    assert first.phrase == "'=beans"
    assert (first.volume, first.difficulty, first.cpc) == (0, 7, Decimal("1.25"))
    assert (first.intent, first.country) == ("commercial", "DE")
    assert rows[1].volume is None
