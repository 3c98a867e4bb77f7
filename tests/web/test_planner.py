"""The planner's pages: what is done with chosen keywords, clusters and ideas."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa

from igny8_web.extensions import session, transaction
from igny8_web.models import (
    Cluster,
    Idea,
    IdeaStatus,
    Keyword,
    KeywordStatus,
    Site,
    Task,
)

from ..factories import make_cluster, make_idea, make_keywords, make_site
from ..visitor import Visitor
from .pages import main_of


@pytest.fixture
def base(site: Site) -> str:
    return f"/sites/{site.slug}"


def flashes(client: Visitor, url: str) -> str:
    return client.get(url).text.partition('id="flashes"')[2].partition("</main>")[0]


def keywords_of(site: Site, status: KeywordStatus) -> list[int]:
    found = sa.select(Keyword.id).filter_by(site_id=site.id, status=status).order_by(Keyword.id)
    return list(session().scalars(found))


def test_all_that_match_are_those_of_the_url_and_no_others(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        some = make_keywords(db, site, 3)
        for keyword in some[:2]:
            keyword.volume = 500
        theirs = make_keywords(db, make_site(db, "other"), 1)

    answer = owner_client.submit(
        f"{base}/keywords/archive?volume_from=100", data={"all": "1", "id": str(theirs[0].id)}
    )

    assert answer.location == f"{base}/keywords/?volume_from=100"
    assert keywords_of(site, KeywordStatus.ARCHIVED) == [some[0].id, some[1].id]
    assert "Archived 2 keywords." in flashes(owner_client, answer.location)


def test_a_keyword_of_another_site_cannot_be_chosen(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        (theirs,) = make_keywords(db, make_site(db, "other"), 1)

    for verb in ("archive", "delete", "forget", "take-out"):
        owner_client.submit(f"{base}/keywords/{verb}", data={"id": theirs.id})

    session().expire_all()
    assert session().get_one(Keyword, theirs.id).status is KeywordStatus.NEW


def test_a_deletion_is_taken_back_from_its_message_once(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        ids = [keyword.id for keyword in make_keywords(db, site, 2)]
    answer = owner_client.submit(f"{base}/keywords/delete", data={"id": ids})
    said = flashes(owner_client, answer.location)
    assert "Deleted 2 keywords." in said
    undo = said.partition('action="')[2].partition('"')[0]

    assert "Back again: 2 keywords." in flashes(owner_client, owner_client.submit(undo).location)
    assert keywords_of(site, KeywordStatus.NEW) == ids
    assert "Back again" not in flashes(owner_client, owner_client.submit(undo).location)


def test_nothing_chosen_is_said_and_changes_nothing(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        make_keywords(db, site, 1)
    for verb in ("archive", "delete", "assign", "export"):
        answer = owner_client.submit(f"{base}/keywords/{verb}", data={"cluster": "Any"})
        assert "Choose at least one first." in flashes(owner_client, answer.location), verb
    assert len(keywords_of(site, KeywordStatus.NEW)) == 1
    assert session().scalar(sa.select(sa.func.count()).select_from(Cluster)) == 0


def test_the_table_of_chosen_keywords_cannot_start_a_program(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        (keyword,) = make_keywords(db, site, 1)
        keyword.phrase = '=HYPERLINK("http://evil.example","x")'

    answer = owner_client.submit(f"{base}/keywords/export", data={"all": "1"})

    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[1][0] == "'" + keyword.phrase


def test_a_keyword_is_added_corrected_and_refused_by_field(
    owner_client: Visitor, site: Site, base: str
) -> None:
    added = {"phrase": "cold brew jar", "volume": "1200", "difficulty": "", "cpc": "0.5"}
    assert owner_client.submit(f"{base}/keywords/new", data=added).status_code == 302
    keyword = session().scalars(sa.select(Keyword)).one()
    assert (keyword.phrase, keyword.volume) == ("cold brew jar", 1200)

    again = owner_client.submit(f"{base}/keywords/new", data=added)
    assert again.status_code == 422
    assert 'id="error-phrase"' in again.text
    wrong = owner_client.submit(f"{base}/keywords/{keyword.id}", data=added | {"difficulty": "120"})
    assert wrong.status_code == 422
    assert 'id="error-difficulty"' in wrong.text
    assert 'value="120"' in wrong.text, "what was typed stays"


def test_clusters_are_made_renamed_merged_and_split(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        one = make_cluster(db, site, keywords=3)
    made = owner_client.submit(f"{base}/clusters/", data={"name": "Cold coffee"})
    other = int(made.location.rstrip("/").rsplit("/", 1)[1])
    assert (
        owner_client.submit(f"{base}/clusters/", data={"name": "cold  coffee"}).status_code == 422
    )
    taken = owner_client.submit(f"{base}/clusters/{one.id}/rename", data={"name": "Cold coffee"})
    assert taken.status_code == 422
    assert 'id="error-name"' in taken.text

    chosen = session().scalar(sa.select(sa.func.min(Keyword.id)))
    split = owner_client.submit(
        f"{base}/clusters/{one.id}/split", data={"id": chosen, "cluster": "Hot coffee"}
    )
    assert "Split off “Hot coffee”." in flashes(owner_client, split.location)
    merged = owner_client.submit(f"{base}/clusters/{one.id}/merge", data={"cluster": "Cold coffee"})
    assert merged.location == f"{base}/clusters/{other}/"
    session().expire_all()
    sizes = dict(
        session()
        .execute(
            sa.select(Cluster.name, sa.func.count(Keyword.id)).join(Keyword).group_by(Cluster.name)
        )
        .all()
    )
    assert sizes == {"Cold coffee": 2, "Hot coffee": 1}


def test_names_are_offered_while_one_types(owner_client: Visitor, site: Site, base: str) -> None:
    with transaction() as db:
        db.add(Cluster(site_id=site.id, name="Cold <brew>"))
        db.add(Cluster(site_id=make_site(db, "other").id, name="Cold feet"))

    offered = owner_client.get(f"{base}/clusters/names?cluster=cold").text

    assert "Cold &lt;brew&gt;" in offered
    assert "feet" not in offered


def test_ideas_are_approved_discarded_and_taken_back(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        ids = [make_idea(db, site).id for _ in range(3)]

    approved = owner_client.submit(f"{base}/ideas/approve", data={"id": ids[:1]})
    assert "Approved, and waiting to be written: 1 idea." in flashes(
        owner_client, approved.location
    )
    owner_client.submit(f"{base}/ideas/discard", data={"id": ids[1:]})
    assert session().scalar(sa.select(sa.func.count()).select_from(Task)) == 1
    shown = main_of(owner_client.get(f"{base}/ideas/").text)
    assert f"/ideas/{ids[1]}" not in shown
    discarded = main_of(owner_client.get(f"{base}/ideas/?status=discarded").text)
    assert f"/ideas/{ids[1]}" in discarded
    owner_client.submit(f"{base}/ideas/take-back", data={"id": ids[1]})

    session().expire_all()
    statuses = [session().get_one(Idea, each).status for each in ids]
    assert statuses == [IdeaStatus.QUEUED, IdeaStatus.NEW, IdeaStatus.DISCARDED]


def test_a_brief_is_changed_and_refused_by_field(
    owner_client: Visitor, site: Site, base: str
) -> None:
    with transaction() as db:
        idea = make_idea(db, site)
    url = f"{base}/ideas/{idea.id}"
    stamp = owner_client.get(url).text.partition('name="stamp" value="')[2].partition('"')[0]
    brief = {
        "title": "Cold brew, slowly",
        "description": "For patient people.",
        "outline": "Beans\nWater\nTime",
        "content_type": "guide",
        "target_words": "900",
        "stamp": stamp,
    }

    refused = owner_client.submit(url, data=brief | {"target_words": "many"})
    assert refused.status_code == 422
    assert 'id="error-target_words"' in refused.text
    assert owner_client.submit(url, data=brief).status_code == 302
    session().expire_all()
    kept = session().get_one(Idea, idea.id)
    assert (kept.title, kept.outline, kept.target_words) == (
        "Cold brew, slowly",
        ["Beans", "Water", "Time"],
        900,
    )
