from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from igny8_web.current import config
from igny8_web.extensions import session, transaction
from igny8_web.models import Keyword, Site

from ..factories import make_site
from ..importers.files import BAD, EXPORTS, SAMPLES
from ..visitor import Visitor
from .conftest import CountQueries
from .pages import main_of

REFUSED = {
    "empty.csv",
    "header_only.csv",
    "image_renamed.csv",
    "invalid_utf8.csv",
    "unclosed_quote.csv",
    "workbook_renamed.csv",
}


def send(client: Visitor, site: Site, name: str, data: bytes) -> TestResponse:
    return client.submit(
        f"/sites/{site.slug}/keywords/import",
        data={"file": (BytesIO(data), name)},
        content_type="multipart/form-data",
    )


def send_sample(client: Visitor, site: Site, name: str) -> TestResponse:
    path = SAMPLES / name
    return send(client, site, path.name, path.read_bytes())


def import_url(page: TestResponse) -> str:
    """Where the preview's Import button sends its form."""
    found = re.search(r'action="(/sites/[^"]+/keywords/import/[^"]+)"', page.text)
    assert found, page.text
    return found[1]


def stored() -> int:
    return session().scalars(sa.select(sa.func.count(Keyword.id))).one()


def kept_files() -> int:
    folder = config().data_dir / "uploads"
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_preview_then_import(owner_client: Visitor, site: Site) -> None:
    page = send_sample(owner_client, site, "exports/ahrefs_keywords_explorer.csv")
    assert page.status_code == 200
    text = main_of(page.text)
    for said in ("Ahrefs Keywords Explorer", "UTF-16LE", "Global volume", "Import 150 keywords"):
        assert said in text
    assert len(re.findall(r'<th scope="row"', text)) == 50
    assert "The first 50 of 150" in text
    assert stored() == 0

    done = owner_client.submit(import_url(page))
    assert done.location == f"/sites/{site.slug}/keywords/"
    assert stored() == 150
    assert kept_files() == 0
    assert "Imported 150 keywords." in owner_client.get(done.location).text


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_every_export_can_be_looked_at_and_imported(
    path: Path, owner_client: Visitor, site: Site
) -> None:
    page = send_sample(owner_client, site, f"exports/{path.name}")
    owner_client.submit(import_url(page))
    assert stored() >= 150


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_a_bad_file_is_refused_in_words_or_shows_its_bad_rows(
    path: Path, owner_client: Visitor, site: Site
) -> None:
    name = path.name
    page = send_sample(owner_client, site, f"bad/{name}")
    text = main_of(page.text)
    assert page.status_code == (422 if name in REFUSED else 200)
    assert name in text
    assert ('class="field__error"' in text) == (name in REFUSED)
    assert "<script" not in text
    assert stored() == 0
    assert kept_files() == (0 if name in REFUSED else 1)


def test_rejected_rows_and_duplicates_are_listed_with_line_and_reason(
    owner_client: Visitor, site: Site
) -> None:
    data = b"keyword,volume\ncold brew,10\nCold  Brew,20\nmoka pot,-5\n"
    text = main_of(send(owner_client, site, "list.csv", data).text)
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    flat = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    assert "4 moka pot volume “-5” is negative" in flat
    assert "3 Cold Brew Repeats line 2." in flat
    assert "Import 1 keyword" in text


def test_a_file_without_news_cannot_be_imported(owner_client: Visitor, site: Site) -> None:
    data = b"cold brew\nmoka pot\n"
    owner_client.submit(import_url(send(owner_client, site, "list.txt", data)))
    again = send(owner_client, site, "list.txt", data).text
    assert "There is nothing to import" in again
    assert not re.search(r'action="/sites/[^"]+/import/', again)


def test_a_pasted_list_takes_the_same_way(owner_client: Visitor, site: Site) -> None:
    page = owner_client.submit(
        f"/sites/{site.slug}/keywords/import",
        data={"text": "cold brew\r\n☕ emoji\r\nقهوة باردة\r\ncold brew\r\n"},
    )
    assert "Import 3 keywords" in page.text
    owner_client.submit(import_url(page))
    phrases = session().scalars(sa.select(Keyword.phrase).order_by(Keyword.id)).all()
    assert phrases == ["cold brew", "☕ emoji", "قهوة باردة"]


def test_a_pasted_list_that_cannot_be_read_stays_in_the_form(
    owner_client: Visitor, site: Site
) -> None:
    pasted = "coffee,480,1.5\n<b>tea</b>,320,1.0\n"
    page = owner_client.submit(f"/sites/{site.slug}/keywords/import", data={"text": pasted})
    assert page.status_code == 422
    assert "coffee,480,1.5\n&lt;b&gt;tea&lt;/b&gt;,320,1.0" in page.text
    assert 'aria-invalid="true"' in page.text


def test_no_file_and_no_text_are_asked_for(owner_client: Visitor, site: Site) -> None:
    nothing = owner_client.submit(
        f"/sites/{site.slug}/keywords/import",
        data={"file": (BytesIO(b""), "")},
        content_type="multipart/form-data",
    )
    assert nothing.status_code == 422
    assert "Choose a file first." in nothing.text
    for text in ("", "  \n "):
        blank = owner_client.submit(f"/sites/{site.slug}/keywords/import", data={"text": text})
        assert blank.status_code == 422
        assert "Paste at least one keyword." in blank.text


def test_importing_twice_says_that_the_file_is_done_with(owner_client: Visitor, site: Site) -> None:
    url = import_url(send(owner_client, site, "list.txt", b"cold brew\n"))
    owner_client.submit(url)
    again = owner_client.submit(url, follow_redirects=True)
    assert "This file is no longer here" in again.text
    assert stored() == 1


def test_a_preview_of_one_site_imports_nothing_into_another(
    owner_client: Visitor, site: Site
) -> None:
    with transaction() as db:
        other = make_site(db, "other")
    url = import_url(send(owner_client, site, "list.txt", b"cold brew\n"))
    owner_client.submit(url.replace(site.slug, other.slug))
    assert stored() == 0
    owner_client.submit(url)
    assert session().scalars(sa.select(Keyword.site_id)).all() == [site.id]


def test_a_form_without_its_token_imports_nothing(owner_client: Visitor, site: Site) -> None:
    url = import_url(send(owner_client, site, "list.txt", b"cold brew\n"))
    assert owner_client.post(url).status_code == 400
    assert stored() == 0


def test_a_long_file_name_with_markup_is_shown_as_text(owner_client: Visitor, site: Site) -> None:
    page = send(owner_client, site, "<img src=x onerror=alert(1)>.csv", b"cold brew\n")
    assert "<img src=x" not in main_of(page.text)


def test_a_preview_of_a_large_file_is_short_and_takes_few_queries(
    owner_client: Visitor, site: Site, count_queries: CountQueries
) -> None:
    data = "\n".join(f"keyword {n % 19_000}" for n in range(20_000)).encode()
    with count_queries() as seen:
        page = send(owner_client, site, "long.txt", data)
    assert "Import 19,000 keywords" in page.text
    assert "and 500 more" in page.text
    assert len(page.data) < 400_000
    a_thousand_keywords_at_a_time = 19
    assert len(seen) <= a_thousand_keywords_at_a_time + 12
