from __future__ import annotations

import pytest
import sqlalchemy as sa

from igny8_web.extensions import session, transaction
from igny8_web.importers import UnreadableFile
from igny8_web.models import Keyword, KeywordStatus, Site
from igny8_web.services.keywords import import_keywords, preview

from ..factories import make_site
from ..importers.files import EXPORTS

FILE = b"keyword,volume\nCold Brew,900\nmoka pot,\ncold  brew,100\n=1+1,x\n"


def phrases(site: Site) -> list[str]:
    found = sa.select(Keyword.phrase).filter_by(site_id=site.id).order_by(Keyword.id)
    return list(session().scalars(found))


def test_a_preview_stores_nothing(site: Site) -> None:
    found = preview(site, "list.csv", FILE)
    assert [row.phrase for row in found.new] == ["Cold Brew", "moka pot"]
    assert [(row.line, row.reason) for row in found.duplicates] == [(4, "Repeats line 2.")]
    assert [row.line for row in found.rejected] == [5]
    assert phrases(site) == []


def test_an_import_does_what_its_preview_said(site: Site) -> None:
    expected = preview(site, "list.csv", FILE)
    assert import_keywords(site, "list.csv", FILE) == expected
    brew, moka = session().scalars(sa.select(Keyword).order_by(Keyword.id))
    assert (brew.phrase, brew.folded, brew.volume) == ("Cold Brew", "cold brew", 900)
    assert brew.status is KeywordStatus.NEW
    assert (moka.volume, moka.difficulty, moka.cpc, moka.intent) == (None, None, None, None)


def test_importing_again_adds_nothing_and_names_the_site(site: Site) -> None:
    import_keywords(site, "list.csv", FILE)
    again = import_keywords(site, "list.csv", FILE)
    assert again.new == ()
    assert again.duplicates[0].reason == f"{site.name} has this keyword already."
    assert len(phrases(site)) == 2


def test_another_site_may_have_the_same_keywords(site: Site) -> None:
    import_keywords(site, "list.csv", FILE)
    with transaction() as db:
        other = make_site(db, "other")
    assert len(import_keywords(other, "list.csv", FILE).new) == 2
    assert phrases(other) == phrases(site)


def test_a_file_that_cannot_be_read_imports_nothing(site: Site) -> None:
    with pytest.raises(UnreadableFile):
        import_keywords(site, "list.csv", b'keyword,volume\ncoffee,1\n"unclosed,2\n')
    assert phrases(site) == []


def test_all_exports_of_one_niche_end_up_as_one_list(site: Site) -> None:
    for export in EXPORTS:
        import_keywords(site, export.name, export.read_bytes())
    folded = session().scalars(sa.select(Keyword.folded)).all()
    assert len(set(folded)) == len(folded) > 150
